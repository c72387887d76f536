package io.github.saddlebag.wire;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.config.FormatSettings;
import io.github.saddlebag.format.AnswerRules;
import io.github.saddlebag.format.Correlation;
import io.github.saddlebag.template.ItemTemplate;
import org.jspecify.annotations.Nullable;

/**
 * JSON batches of OData 4.01, section 19, as Microsoft Graph has them at {@code $batch}: requests within a request. The
 * answers come in any order, each with an id and a status.
 *
 * <p>With an address for all, an item is the body of its request. Without one, each item is a request, with an id.
 */
public final class ODataBatchFormat extends ListFormat {

    private final PartRequest part;

    public ODataBatchFormat(FormatSettings settings, ItemTemplate item, AnswerReader answers) {
        this(new PartRequest(settings), item, answers);
    }

    private ODataBatchFormat(PartRequest part, ItemTemplate item, AnswerReader answers) {
        super(new ListRequest("{\"requests\":[", request(part, item), ",", "]}"), reader(part, answers));
        this.part = part;
    }

    private static ItemTemplate request(PartRequest part, ItemTemplate item) {
        if (part.isItemItself()) {
            return item;
        }
        String body = part.hasBody() ? ",\"headers\":{\"Content-Type\":\"application/json\"},\"body\":${item}" : "";
        return new ItemTemplate(
                "call.part-url",
                item.text(),
                "{\"id\":\"${index}\",\"method\":\"" + part.method() + "\",\"url\":\"" + part.url() + '"' + body + '}');
    }

    private static AnswerReader reader(PartRequest part, AnswerReader base) {
        AnswerRules rules =
                base.rules().fixed("/status", "/body/error").withStatusDue().withRetryAfterField();
        Correlation by = part.isItemItself() ? Correlation.ID : Correlation.INDEX;
        return base.fixed(by, "/responses", "/id", "/body", rules).withoutResults();
    }

    @Override
    public @Nullable String refusal(Item one) {
        String refusal = super.refusal(one);
        return refusal == null ? part.refusal(one) : refusal;
    }
}
