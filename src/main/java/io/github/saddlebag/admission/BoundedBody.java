package io.github.saddlebag.admission;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads the body of a response to the JDK's client, whose own timeout ends with the head, within a time and a size.
 *
 * @param time from the end of the head to that of the body
 */
record BoundedBody(int mostBytes, Duration time) implements BodyHandler<byte[]> {

    @Override
    public BodySubscriber<byte[]> apply(ResponseInfo head) {
        return new Subscriber();
    }

    private final class Subscriber implements BodySubscriber<byte[]> {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> read = new CompletableFuture<>();
        private final CompletableFuture<byte[]> told = read.orTimeout(time.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(problem -> CompletableFuture.failedFuture(
                        problem instanceof TimeoutException
                                ? new HttpTimeoutException("its answer did not come within " + time.toSeconds() + "s")
                                : problem));

        @Override
        public CompletionStage<byte[]> getBody() {
            return told;
        }

        @Override
        public void onSubscribe(Flow.Subscription body) {
            // to cancel what has ended does nothing
            read.whenComplete((done, problem) -> body.cancel());
            body.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> parts) {
            for (ByteBuffer part : parts) {
                if (bytes.size() + part.remaining() > mostBytes) {
                    read.completeExceptionally(new IOException("its answer is larger than " + mostBytes + " bytes"));
                    return;
                }
                byte[] some = new byte[part.remaining()];
                part.get(some);
                bytes.writeBytes(some);
            }
        }

        @Override
        public void onError(Throwable problem) {
            read.completeExceptionally(problem);
        }

        @Override
        public void onComplete() {
            read.complete(bytes.toByteArray());
        }
    }
}
