package io.github.saddlebag.wire;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.format.Correlation;
import io.github.saddlebag.template.ItemTemplate;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** A line of plain text for each item out, such as line protocols and logs have; its answers are those of lists. */
public final class TextFormat extends ListFormat {

    private final boolean isItemItself;

    public TextFormat(ItemTemplate item, AnswerReader answers) {
        super(
                new ListRequest(
                        "", item.isItemItself() ? new ItemTemplate("call.item", "${raw:}", "") : item, "\n", "\n"),
                answers);
        isItemItself = item.isItemItself();
    }

    @Override
    public String contentType() {
        return "text/plain; charset=utf-8";
    }

    /** One that would be more than a line is more than one item to the endpoint. */
    @Override
    public @Nullable String refusal(Item item) {
        String missing = super.refusal(item);
        if (missing != null) {
            return isItemItself
                    ? "The item is no string, number or boolean, of which a line could be made: say with"
                            + " saddlebag.call.item what of it is sent, or read the input as --format lines."
                    : missing;
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        lineOf(item, line);
        for (byte b : line.toByteArray()) {
            if (b == '\n' || b == '\r') {
                return "The item has a line break, and would be more than one line of the request"
                        + " (saddlebag.call.format=text).";
            }
        }
        return null;
    }

    /** Items have their line for a name; a failure that names another is no answer to them. */
    @Override
    public boolean needsIds() {
        return correlation() != Correlation.FAILURES && super.needsIds();
    }
}
