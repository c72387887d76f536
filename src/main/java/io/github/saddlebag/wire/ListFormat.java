package io.github.saddlebag.wire;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.format.Answers;
import io.github.saddlebag.format.Correlation;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.format.Response;
import io.github.saddlebag.format.WireFormat;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the formats have in common whose requests are a list of what stands for the items. */
abstract class ListFormat implements WireFormat {

    private final ListRequest request;
    private final AnswerReader reader;

    /**
     * @param request the request around an item's template
     * @param reader how answers are read, where the protocol says it or as it is configured
     */
    ListFormat(ListRequest request, AnswerReader reader) {
        this.request = request;
        this.reader = reader;
    }

    final AnswerReader reader() {
        return reader;
    }

    @Override
    public byte[] write(List<Item> items) {
        return request.write(items);
    }

    @Override
    public long wireBytes(Item one) {
        return request.wireBytes(one);
    }

    @Override
    public @Nullable String refusal(Item one) {
        return request.template().refusal(one);
    }

    /** Writes what stands for an item. */
    final void lineOf(Item one, ByteArrayOutputStream out) {
        request.template().write(one, 0, out);
    }

    @Override
    public final Answers read(byte[] response, int expected) throws MalformedAnswerException {
        return read(Response.of(response), expected);
    }

    @Override
    public Answers read(Response response, int expected) throws MalformedAnswerException {
        return reader.read(response, expected);
    }

    @Override
    public String withoutResult(byte[] answer) {
        return reader.withoutResult(answer);
    }

    @Override
    public Correlation correlation() {
        return reader.correlation();
    }

    @Override
    public boolean failuresByIndex() {
        return reader.failuresByIndex();
    }
}
