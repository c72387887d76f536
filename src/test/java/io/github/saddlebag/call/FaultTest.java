package io.github.saddlebag.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.saddlebag.TestSettings;
import io.github.saddlebag.address.RefusedRequestException;
import io.github.saddlebag.call.Fault.Kind;
import io.github.saddlebag.endpoint.AccessTokenException;
import io.github.saddlebag.endpoint.CallFailedException;
import io.github.saddlebag.endpoint.PausedException;
import io.github.saddlebag.endpoint.Reply;
import io.github.saddlebag.endpoint.StatusClasses;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.http.AnswerTooLargeException;
import io.github.saddlebag.stats.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import javax.net.ssl.SSLHandshakeException;
import org.apache.camel.RuntimeCamelException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What each error is taken for. */
class FaultTest {

    private static Fault of(Throwable error) {
        return Fault.of(error, new StatusClasses(TestSettings.of().retry()), said -> said.equals("no credit"));
    }

    private static CallFailedException status(int status) {
        return new CallFailedException(new Reply(status, Duration.ZERO, Optional.empty()), null);
    }

    static Stream<Arguments> errors() {
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("one");
        return Stream.of(
                Arguments.of(new RejectedExecutionException(), Kind.STOPPED, Reason.OTHER, false),
                Arguments.of(new InterruptedException(), Kind.STOPPED, Reason.OTHER, false),
                Arguments.of(new RedirectedException(), Kind.REDIRECTED, Reason.OTHER, false),
                Arguments.of(
                        CallNotPermittedException.createCallNotPermittedException(breaker),
                        Kind.BREAKER_OPEN,
                        Reason.OTHER,
                        false),
                Arguments.of(new PausedException(Duration.ofSeconds(1)), Kind.PAUSED, Reason.OTHER, false),
                Arguments.of(new RefusedRequestException("No."), Kind.NOT_ALLOWED, Reason.NOT_ALLOWED, false),
                Arguments.of(new NoClassDefFoundError(), Kind.INTERNAL, Reason.INTERNAL, false),
                Arguments.of(new IOException(new StackOverflowError()), Kind.INTERNAL, Reason.INTERNAL, false),
                Arguments.of(new BatchRefusedException("no", false), Kind.REFUSED, Reason.REFUSED, false),
                Arguments.of(new BatchRefusedException("no", true), Kind.REFUSED_AS_TOO_LARGE, Reason.REFUSED, false),
                Arguments.of(new AnswerTooLargeException(1), Kind.ANSWER_TOO_LARGE, Reason.TOO_LARGE, false),
                Arguments.of(new AccessTokenException("none", 503), Kind.NO_TOKEN, Reason.UNAUTHORIZED, false),
                Arguments.of(new AccessTokenException("none", 400), Kind.NO_TOKEN_EVER, Reason.UNAUTHORIZED, false),
                Arguments.of(new MalformedAnswerException("torn"), Kind.UNREADABLE, Reason.UNREADABLE, false),
                Arguments.of(new ZipException(), Kind.UNREADABLE, Reason.UNREADABLE, false),
                Arguments.of(new EOFException(), Kind.UNREADABLE, Reason.UNREADABLE, false),
                Arguments.of(new ConnectTimeoutException("late"), Kind.LATE_CONNECTION, Reason.CONNECTION, true),
                Arguments.of(new SocketTimeoutException(), Kind.LATE, Reason.TIMEOUT, true),
                Arguments.of(new ConnectException(), Kind.UNREACHED, Reason.CONNECTION, true),
                Arguments.of(new NoRouteToHostException(), Kind.UNREACHED, Reason.CONNECTION, true),
                Arguments.of(new SSLHandshakeException("no"), Kind.WITHOUT_CONNECTION, Reason.CONNECTION, true),
                Arguments.of(new UnknownHostException(), Kind.WITHOUT_CONNECTION, Reason.CONNECTION, true),
                Arguments.of(new SocketException(), Kind.BROKEN, Reason.CONNECTION, true),
                Arguments.of(new IllegalStateException(), Kind.OTHER, Reason.OTHER, false));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void shouldTellErrorsFromEachOther(Throwable error, Kind kind, Reason reason, boolean mayBeIll) {
        Fault fault = of(new RuntimeCamelException(error));

        assertThat(fault.kind()).isEqualTo(kind);
        assertThat(fault.reason()).isEqualTo(reason);
        assertThat(fault.mayBeIll(false)).isEqualTo(mayBeIll);
        assertThat(fault.mayBeIll(true)).isEqualTo(mayBeIll && kind != Kind.WITHOUT_CONNECTION);
    }

    @ParameterizedTest
    @CsvSource({
        "302, FINAL_STATUS, REFUSED, false, false",
        "400, SPLIT_STATUS, REFUSED, false, true",
        "401, FINAL_STATUS, UNAUTHORIZED, false, false",
        "404, FINAL_STATUS, NOT_FOUND, false, true",
        "408, PASSING_STATUS, TIMEOUT, false, false",
        "413, SPLIT_STATUS, TOO_LARGE, false, true",
        "429, TURNED_AWAY, THROTTLED, false, false",
        "500, PASSING_STATUS, SERVER_ERROR, true, false",
        "501, FINAL_STATUS, SERVER_ERROR, true, false"
    })
    void shouldTellStatusesFromEachOther(int status, Kind kind, Reason reason, boolean ill, boolean well) {
        Fault fault = of(status(status));

        assertThat(fault.kind()).isEqualTo(kind);
        assertThat(fault.reason()).isEqualTo(reason);
        assertThat(fault.mayBeIll(false)).isEqualTo(ill);
        assertThat(fault.saysWell()).isEqualTo(well);
    }

    @Test
    void shouldTakeWhatEndsAllForARefusal() {
        MalformedAnswerException error = new MalformedAnswerException("an error in the place of answers");

        assertThat(of(error.saying("no credit")).answer()).isNotNull();
        assertThat(of(error.saying("something else")).kind()).isEqualTo(Kind.UNREADABLE);
    }

    @Test
    void shouldHoldUpOnlyWhatWasNotMade() {
        assertThat(Stream.of(Kind.values()).filter(Kind::isHeldUp))
                .containsExactly(Kind.REDIRECTED, Kind.BREAKER_OPEN, Kind.PAUSED, Kind.NO_ROOM);
    }
}
