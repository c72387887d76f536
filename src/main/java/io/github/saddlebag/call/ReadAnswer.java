package io.github.saddlebag.call;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.endpoint.CallFailedException;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.JobState;
import io.github.saddlebag.endpoint.Reply;
import io.github.saddlebag.endpoint.Reservation;
import io.github.saddlebag.endpoint.StatusClasses;
import io.github.saddlebag.format.FormatConstants;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.format.Response;
import io.github.saddlebag.format.Throttling;
import io.github.saddlebag.format.WireFormat;
import io.github.saddlebag.http.IoErrors;
import io.github.saddlebag.job.JobReader.AnswerSource;
import io.github.saddlebag.setting.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.zip.ZipException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Reads a response to its end, inside the circuit breaker: only so do torn, trickling and garbled responses count as
 * failures of the endpoint, and are tried again.
 */
public final class ReadAnswer implements Processor {

    private final WireFormat format;
    private final StatusClasses statuses;
    private final Throttling throttling;
    private final int maxBytes;
    private final long timeoutNanos;

    public ReadAnswer(WireFormat format, Throttling throttling, StatusClasses statuses, Settings settings) {
        this.format = format;
        this.throttling = throttling;
        this.statuses = statuses;
        maxBytes = Setting.arrayLength(settings.answer().maxBytes());
        timeoutNanos = settings.call().responseTimeout().toNanos();
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        Message message = exchange.getMessage();
        int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        CallState.of(exchange).responded(status);
        byte[] body = new byte[0];
        MalformedAnswerException broken = null;
        try {
            body = read(message, Reservation.find(exchange));
        } catch (ZipException | MalformedAnswerException e) {
            broken = broken(e);
        }
        Response response = response(status, message.getHeader(Exchange.CONTENT_TYPE, String.class), body);
        AnswerSource answers = answers(response, broken, () -> expected(exchange));
        JobState job = JobState.find(exchange);
        Supplier<Reply> reply = () -> Reply.of(message);
        Object news = job == null ? null : job.read(message, status, response.body(), answers);
        message.setBody(news == null ? answers(response, reply, answers) : news);
    }

    /** What there is to be said of a body that cannot be unpacked, where its status is not enough. */
    public static MalformedAnswerException broken(IOException problem) {
        return problem instanceof MalformedAnswerException malformed
                ? malformed
                : new MalformedAnswerException(IoErrors.describe(problem));
    }

    /** @param broken why its body could not be read; null: it could */
    public AnswerSource answers(Response response, @Nullable MalformedAnswerException broken, IntSupplier expected) {
        return body -> {
            if (broken != null) {
                throw broken;
            }
            return format.read(response, expected.getAsInt());
        };
    }

    /** @param type its {@code Content-Type}, or null */
    public Response response(int status, @Nullable String type, byte[] body) {
        return Response.of(status, statuses.isPartial(status), type, body);
    }

    /**
     * The {@code Answers} that a response has; its body as it is, where it has none and that is no fault of the endpoint.
     *
     * @throws CallFailedException the endpoint is ill
     * @throws MalformedAnswerException it should have answers
     */
    public Object answers(Response response, Supplier<Reply> reply, AnswerSource answers)
            throws MalformedAnswerException {
        int status = response.status();
        if (statuses.hasAnswers(status)) {
            try {
                return answers.read(response.body());
            } catch (MalformedAnswerException e) {
                if (throttling.isInsteadOfAnswers(response.body())) {
                    // there are too many calls, whatever its status says
                    return response.body();
                }
                if (status < 300 && status != StatusClasses.ACCEPTED) {
                    throw e;
                }
                // a status that may come with answers came without; sent again, what was taken on would be done again
            }
        }
        if (StatusClasses.isIll(status)) {
            Reply said = reply.get();
            if (!said.judged(throttling, response.body()).isThrottled()) {
                throw new CallFailedException(said, response.body());
            }
        }
        return response.body();
    }

    @SuppressWarnings("unchecked")
    private int expected(Exchange exchange) {
        List<Item> sent = exchange.getProperty(FormatConstants.SENT, List.class);
        return sent == null ? 16 : format.answersTo(sent);
    }

    private byte[] read(Message message, @Nullable Reservation reservation) throws IOException {
        Object body = message.getBody();
        if (body == null) {
            return new byte[0];
        }
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        long length = message.getHeader("Content-Length", -1L, Long.class);
        try (InputStream in = (InputStream) body) {
            BodyReader reader = new BodyReader(in, maxBytes, new Waiting(reservation, timeoutNanos));
            reader.read(length);
            if (reservation != null) {
                reservation.read(reader.size());
            }
            return reader.body();
        }
    }

    /** Waits for room with its thread; that counts towards no timeout. */
    private static final class Waiting implements BodyReader.Space {
        private final @Nullable Reservation reservation;
        private long deadline;

        private Waiting(@Nullable Reservation reservation, long timeoutNanos) {
            this.reservation = reservation;
            this.deadline = System.nanoTime() + timeoutNanos;
        }

        @Override
        public boolean take(long bytes) throws IOException {
            if (reservation != null) {
                deadline += reservation.take(bytes);
            }
            return true;
        }

        @Override
        public void wasRead() throws SocketTimeoutException {
            if (System.nanoTime() - deadline > 0) {
                throw new SocketTimeoutException();
            }
        }
    }
}
