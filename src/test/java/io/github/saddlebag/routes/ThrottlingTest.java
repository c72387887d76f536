package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.answers;
import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Refusals by a word in the body: whatever the status, the items are not to blame. */
@Tag("slow")
@Timeout(120)
class ThrottlingTest {

    private final TestApi api = TestApi.start(TestApi::echo);
    private Bundle bundle = Bundle.all();

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    private Bundle refused(String mode, int times, int status, String body) {
        return refused(mode, times, TestApi.answer(status, body));
    }

    private Bundle refused(String mode, int times, TestApi.Answer refusal) {
        api.behave(request -> {
            if (request.number() <= times) {
                return refusal;
            }
            try {
                return Singles.either(request);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        bundle = Singles.bundle(mode)
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.batch.max-items", 10)
                .with("saddlebag.call.max-attempts", 1);
        return bundle;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "batch  | 400 | {\"__type\":\"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException\"}",
                "single | 400 | {\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}",
                "batch  | 403 | {\"error\":{\"code\":403,\"errors\":[{\"reason\":\"userRateLimitExceeded\"}]}}",
                "single | 403 | {\"error\":{\"code\":403,\"errors\":[{\"reason\":\"rateLimitExceeded\"}]}}",
                "batch  | 400 | <ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>",
                "batch  | 400 | [{\"errorCode\":\"REQUEST_LIMIT_EXCEEDED\",\"message\":\"m\"}]",
                "single | 503 | <Error><Code>SlowDown</Code></Error>",
                "batch  | 500 | {\"error\":{\"type\":\"rate_limit_error\"}}",
                "batch  | 422 | {\"errors\":[{\"extensions\":{\"code\":\"BUSY\"}}]}",
                "single | 409 | {\"reason\":\"busy\"}",
                "batch  | 400 | [{\"errorCode\":\"RATE_LIMIT_EXCEEDED\",\"message\":\"m\"}]",
                "single | 400 | {\"error\":{\"type\":\"too_many_requests\"}}",
                "batch  | 400 | {\"error\":\"rate limit exceeded\"}",
                "batch  | 400 | <Fault><Code>REQUEST_LIMIT_EXCEEDED</Code></Fault>"
            })
    void shouldComeBackAfterARefusalByAWord(String mode, int status, String body) throws Exception {
        refused(mode, 1, status, body)
                .with("saddlebag.answer.retry-codes", "busy,REQUEST_LIMIT_EXCEEDED,false,*")
                .start();

        assertThat(answers(bundle.ask(List.of(item("a"))))).containsExactly(echoOf("a"));
        assertThat(api.requests()).hasSize(2);
    }

    /** The items of such a request are not taken apart. */
    @Test
    void shouldNotHalveABatchThatWasRefusedSo() throws Exception {
        refused("batch", 1, 400, "{\"code\":\"TooManyRequests\"}").start();

        List<Outcome> outcomes = bundle.ask(List.of(item("a"), item("b"), item("c")));

        assertThat(answers(outcomes)).containsExactly(echoOf("a"), echoOf("b"), echoOf("c"));
        assertThat(api.requests()).hasSize(2);
        assertThat(api.requests().get(1).text())
                .contains("\"a\"", "\"b\"", "\"c\"")
                .isEqualTo(api.requests().get(0).text());
    }

    /** Some name the error in a field, and nowhere else. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "batch  | 400 | ''                  | x-amzn-ErrorType   | ThrottlingException",
                "single | 400 | <p>No</p>           | x-amzn-ErrorType   | ThrottlingException:http://internal.example.com/",
                "batch  | 400 | {\"message\":\"no\"}   | X-Amzn-Errortype   | com.amazonaws#ThrottlingException",
                "batch  | 403 | ''                  | x-amzn-query-error | RequestThrottled;Sender",
                "single | 500 | ''                  | x-ms-error-code    | TooManyRequests",
                "batch  | 422 | no                  | X-Error-Code       | REQUEST_LIMIT_EXCEEDED"
            })
    void shouldComeBackAfterARefusalByAField(String mode, int status, String body, String name, String value)
            throws Exception {
        refused(mode, 1, TestApi.answer(status, body).with(name, value)).start();

        assertThat(answers(bundle.ask(List.of(item("a"))))).containsExactly(echoOf("a"));
        assertThat(api.requests()).hasSize(2);
    }

    @Test
    void shouldTakeNoFieldThatNamesAnotherErrorForARefusal() throws Exception {
        refused("batch", 100, TestApi.answer(400, "").with("x-amzn-ErrorType", "ValidationException:throttling"))
                .with("saddlebag.call.throttle-codes", "ThrottlingException")
                .start();

        assertThat(bundle.ask(List.of(item("a"))).get(0).failed()).isTrue();
        assertThat(api.requests()).hasSize(1);
    }

    @Test
    void shouldComeBackAfterARefusalOfAllUnderAGoodStatus() throws Exception {
        refused(
                        "batch",
                        1,
                        200,
                        "{\"data\":null,\"errors\":[{\"message\":\"m\",\"extensions\":{\"code\":\"THROTTLED\"}}]}")
                .with("saddlebag.answer.refused", "/errors")
                .start();

        assertThat(answers(bundle.ask(List.of(item("a"), item("b"))))).containsExactly(echoOf("a"), echoOf("b"));
        assertThat(api.requests()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "batch  | 400 | {\"__type\":\"ValidationException\",\"error\":false}",
                "batch  | 422 | {\"message\":\"no throttlingexception here\"}",
                "single | 403 | {\"error\":{\"code\":403,\"message\":\"account suspended\"}}"
            })
    void shouldFailWhatIsRefusedForGood(String mode, int status, String body) throws Exception {
        refused(mode, 100, status, body)
                .with("saddlebag.answer.retry-codes", "busy,false,*")
                .with("saddlebag.call.refused-in-row", 0)
                .start();

        List<Outcome> outcomes = bundle.ask(List.of(item("a")));

        assertThat(outcomes.get(0).failed()).isTrue();
        assertThat(api.requests()).hasSize(1);
    }
}
