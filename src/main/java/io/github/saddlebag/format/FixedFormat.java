package io.github.saddlebag.format;

import io.github.saddlebag.batch.Item;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the formats have in common whose protocol says where everything stands, once they are configured. */
abstract class FixedFormat implements WireFormat {

    private AnswerReader configured = new AnswerReader();
    private ItemTemplate item = new ItemTemplate();
    private volatile @Nullable ListRequest request;
    private volatile @Nullable AnswerReader reader;

    /** The request around an item's template. */
    abstract ListRequest newRequest(ItemTemplate template);

    /** How answers are read, by this one where it is a matter of configuration. */
    abstract AnswerReader newReader(AnswerReader base);

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

    @Override
    public Answers read(byte[] response, int expected) throws MalformedAnswerException {
        return reader().read(response, expected);
    }

    @Override
    public Correlation correlation() {
        return reader().correlation();
    }

    /** Which statuses and codes of single answers may be tried again. */
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
