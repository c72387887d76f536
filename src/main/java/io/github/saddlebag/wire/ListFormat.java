package io.github.saddlebag.wire;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.format.Answers;
import io.github.saddlebag.format.Correlation;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.format.Response;
import io.github.saddlebag.format.WireFormat;
import io.github.saddlebag.template.ItemTemplate;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the formats have in common whose requests are a list of what stands for the items. */
abstract class ListFormat implements WireFormat {

    private AnswerReader configured = new AnswerReader();
    private ItemTemplate item = new ItemTemplate();
    private volatile @Nullable ListRequest request;
    private volatile @Nullable AnswerReader reader;

    /** The request around an item's template. */
    abstract ListRequest newRequest(ItemTemplate template);

    /** How answers are read where the protocol says it; otherwise as it is configured. */
    AnswerReader newReader(AnswerReader asConfigured) {
        return asConfigured;
    }

    /** Takes up what was configured. */
    final void changed() {
        request = null;
        reader = null;
    }

    private ListRequest request() {
        ListRequest known = request;
        if (known == null) {
            known = newRequest(item);
            request = known;
        }
        return known;
    }

    final AnswerReader reader() {
        AnswerReader known = reader;
        if (known == null) {
            known = newReader(configured);
            reader = known;
        }
        return known;
    }

    @Override
    public byte[] write(List<Item> items) {
        return request().write(items);
    }

    @Override
    public long wireBytes(Item one) {
        return request().wireBytes(one);
    }

    @Override
    public @Nullable String refusal(Item one) {
        return request().template().refusal(one);
    }

    /** What is configured to stand for an item. */
    final ItemTemplate item() {
        return item;
    }

    /** Writes what stands for an item. */
    final void lineOf(Item one, ByteArrayOutputStream out) {
        request().template().write(one, 0, out);
    }

    @Override
    public final Answers read(byte[] response, int expected) throws MalformedAnswerException {
        return read(Response.of(response), expected);
    }

    @Override
    public Answers read(Response response, int expected) throws MalformedAnswerException {
        return reader().read(response, expected);
    }

    @Override
    public String withoutResult(byte[] answer) {
        return reader().withoutResult(answer);
    }

    @Override
    public Correlation correlation() {
        return reader().correlation();
    }

    @Override
    public boolean failuresByIndex() {
        return reader().failuresByIndex();
    }

    /** How answers are read as far as it is a matter of configuration. */
    public final void setAnswers(AnswerReader answers) {
        configured = answers;
        changed();
    }

    /** What stands for an item within what the protocol wants. */
    public final void setItem(ItemTemplate item) {
        this.item = item;
        changed();
    }
}
