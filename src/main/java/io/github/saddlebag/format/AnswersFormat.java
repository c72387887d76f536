package io.github.saddlebag.format;

import io.github.saddlebag.batch.Item;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the formats have in common whose requests are lists, and whose answers stand where the properties say. */
abstract class AnswersFormat implements WireFormat {

    private AnswerReader answers = new AnswerReader();
    private ItemTemplate item = new ItemTemplate();
    private volatile @Nullable ListRequest request;

    /** The request around an item's template. */
    abstract ListRequest request(ItemTemplate template);

    private ListRequest request() {
        ListRequest known = request;
        if (known == null) {
            known = request(item);
            request = known;
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
        return item.isItemItself() ? null : item.refusal(one);
    }

    @Override
    public Answers read(byte[] response, int expected) throws MalformedAnswerException {
        return answers.read(response, expected);
    }

    @Override
    public Correlation correlation() {
        return answers.correlation();
    }

    @Override
    public boolean failuresByIndex() {
        return answers.failuresByIndex();
    }

    AnswerReader answers() {
        return answers;
    }

    /** How the answers are found in a response. */
    public final void setAnswers(AnswerReader answers) {
        this.answers = answers;
    }

    /** What stands for an item in the request. */
    public final void setItem(ItemTemplate item) {
        this.item = item;
        request = null;
    }
}
