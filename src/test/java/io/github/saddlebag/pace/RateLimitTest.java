package io.github.saddlebag.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000L);

    private static Optional<RateLimit> parse(String... fields) {
        return RateLimit.parse(headers(fields)::get, () -> NOW);
    }

    private static Optional<RateLimit> refusal(String... fields) {
        return RateLimit.ofRefusal(headers(fields)::get, () -> NOW);
    }

    private static Map<String, String> headers(String... fields) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < fields.length; i += 2) {
            headers.put(fields[i], fields[i + 1]);
        }
        return headers;
    }

    private static RateLimit limit(long limit, long remaining, long resetMillis) {
        return new RateLimit(limit, remaining, Duration.ofMillis(resetMillis));
    }

    @Test
    void shouldReadTheStructuredFieldsOfDraft8AndLater() {
        assertThat(parse("RateLimit", "\"default\";r=50;t=30", "RateLimit-Policy", "\"default\";q=100;w=60"))
                .contains(limit(100, 50, 30_000));
        assertThat(parse("ratelimit", "\"burst\"; r=5; pk=:x==:; t=1, \"day\";r=3;t=600"))
                .as("the tightest of several policies")
                .contains(limit(-1, 3, 600_000));
        assertThat(parse("RateLimit", "default;r=0;t=7")).contains(limit(-1, 0, 7_000));
        assertThat(parse("RateLimit", "default;r=0;t=99999999999999999"))
                .as("as far as any other")
                .contains(limit(-1, 0, Duration.ofDays(365).toMillis()));
    }

    @Test
    void shouldReadTheCombinedFieldOfDraft7() {
        assertThat(parse("RateLimit", "limit=100, remaining=2, reset=5")).contains(limit(100, 2, 5_000));
    }

    @Test
    void shouldReadTheLimitOfRequestsAmongOthers() {
        Instant reset = NOW.plusSeconds(20);
        assertThat(parse(
                        "anthropic-ratelimit-requests-limit", "50",
                        "anthropic-ratelimit-requests-remaining", "3",
                        "anthropic-ratelimit-requests-reset", reset.toString(),
                        "anthropic-ratelimit-input-tokens-remaining", "1000",
                        "anthropic-ratelimit-input-tokens-reset", reset.toString()))
                .contains(limit(50, 3, 20_000));
        assertThat(parse("anthropic-ratelimit-tokens-remaining", "7", "anthropic-ratelimit-tokens-reset", "20"))
                .as("of tokens nobody knows how many a request takes")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "anthropic-ratelimit-tokens-remaining        | anthropic-ratelimit-tokens-reset        | 2027-01-15T08:00:20Z | 20000",
                "anthropic-ratelimit-input-tokens-remaining  | anthropic-ratelimit-input-tokens-reset  | 2027-01-15T08:00:20Z | 20000",
                "anthropic-ratelimit-output-tokens-remaining | anthropic-ratelimit-output-tokens-reset | 2027-01-15T08:00:20Z | 20000",
                "x-ratelimit-remaining-tokens                | x-ratelimit-reset-tokens                | 6m0s                 | 360000",
                "x-ratelimit-remaining-tokens                | x-ratelimit-reset-tokens                | 120ms                | 120"
            })
    void shouldWaitWhereNoTokenIsLeft(String remaining, String reset, String when, long millis) {
        String[] requests = {
            "x-ratelimit-limit-requests", "500",
            "x-ratelimit-remaining-requests", "499",
            "x-ratelimit-reset-requests", "120ms"
        };
        assertThat(parse(remaining, "0", reset, when)).contains(limit(-1, 0, millis));
        assertThat(parse(
                        requests[0],
                        requests[1],
                        requests[2],
                        requests[3],
                        requests[4],
                        requests[5],
                        remaining,
                        "0",
                        reset,
                        when))
                .contains(limit(-1, 0, millis));
    }

    @Test
    void shouldTakeARefusalForOneOfTheLimitThatIsNearest() {
        String[] tokens = {
            "x-ratelimit-limit-requests", "500",
            "x-ratelimit-remaining-requests", "400",
            "x-ratelimit-reset-requests", "120ms",
            "x-ratelimit-limit-tokens", "150000",
            "x-ratelimit-remaining-tokens", "12",
            "x-ratelimit-reset-tokens", "30s"
        };
        assertThat(refusal(tokens)).contains(limit(-1, 0, 30_000));
        assertThat(parse(tokens)).as("of an answer").contains(limit(500, 400, 120));
        tokens[3] = "0";
        assertThat(refusal(tokens)).as("no request is left").contains(limit(500, 0, 120));
        tokens[3] = "1";
        tokens[9] = "149000";
        assertThat(refusal(tokens)).as("there are tokens").contains(limit(500, 1, 120));
    }

    @Test
    void shouldReadTheSeparateFieldsOfDraft6() {
        assertThat(parse("RateLimit-Limit", "10, 10;w=1", "RateLimit-Remaining", "9", "RateLimit-Reset", "4"))
                .contains(limit(10, 9, 4_000));
    }

    @ParameterizedTest
    @CsvSource({
        "30, 30000",
        "1800000045, 45000",
        "1800000045000, 45000",
        "1700000000, 0",
        "6m0s, 360000",
        "1s, 1000",
        "12ms, 12",
        "1h2m3s, 3723000",
        "0.5, 500"
    })
    void shouldReadTheDialectsOfXRateLimitReset(String reset, long millis) {
        assertThat(parse("X-RateLimit-Limit", "60", "X-RateLimit-Remaining", "1", "X-RateLimit-Reset", reset))
                .contains(limit(60, 1, millis));
    }

    @Test
    void shouldReadTheDialectThatNamesRequests() {
        assertThat(parse(
                        "x-ratelimit-limit-requests", "500",
                        "x-ratelimit-remaining-requests", "499",
                        "x-ratelimit-reset-requests", "120ms"))
                .contains(limit(500, 499, 120));
    }

    @Test
    void shouldReadTheDialectWithOneMoreHyphen() {
        assertThat(parse(
                        "X-Rate-Limit-Limit", "600", "X-Rate-Limit-Remaining", "0", "X-Rate-Limit-Reset", "1800000020"))
                .contains(limit(600, 0, 20_000));
        assertThat(parse("X-Rate-Limit-Remaining", "0", "X-Rate-Limit-Reset", "1800000020, 1800000020"))
                .as("a field that came twice")
                .contains(limit(-1, 0, 20_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-RateLimit-Reset            | 2027-01-15T08:01Z                                              | 60000",
                "X-RateLimit-Reset            | 2027-01-15T08:00:20.5Z                                         | 20500",
                "X-RateLimit-Reset            | Fri, 15 Jan 2027 08:00:20 GMT                                  | 20000",
                "X-RateLimit-Reset            | Fri Jan 15 2027 08:00:20 GMT+0000 (Coordinated Universal Time) | 20000",
                "X-RateLimit-Reset-After      | 20.5                                                           | 20500",
                "X-RateLimit-Interval-Seconds | 20                                                             | 20000",
                "X-RateLimit-Next             | 2027-01-15T08:00:20Z                                           | 20000"
            })
    void shouldReadWhenTheWindowBeginsAnewHoweverItIsSaid(String name, String value, long millis) {
        assertThat(parse(
                        "X-RateLimit-Limit",
                        "5",
                        "X-RateLimit-Remaining",
                        "0",
                        "X-RateLimit-FillRate",
                        "5",
                        name,
                        value))
                .contains(limit(5, 0, millis));
    }

    @Test
    void shouldReadTheFieldsThatBearANameOfTheirOwn() {
        assertThat(parse(
                        "X-HubSpot-RateLimit-Max", "100",
                        "X-HubSpot-RateLimit-Remaining", "0",
                        "X-HubSpot-RateLimit-Interval-Milliseconds", "10000"))
                .contains(limit(-1, 0, 10_000));
        assertThat(refusal("X-Contentful-RateLimit-Reset", "2", "X-Contentful-RateLimit-Second-Remaining", "0"))
                .contains(limit(-1, 0, 2_000));
        assertThat(RateLimit.mayBe("x-hubspot-ratelimit-remaining")).isTrue();
        assertThat(RateLimit.mayBe("x-contentful-ratelimit-reset")).isTrue();
    }

    @Test
    void shouldKnowThatNothingIsLeftAfterARefusalWhateverTheNumberIs() {
        String[] fields = {"X-RateLimit-Remaining", "-1", "X-RateLimit-Reset", "20"};

        assertThat(refusal(fields)).contains(limit(-1, 0, 20_000));
        assertThat(parse(fields)).as("there may be no limit").isEmpty();
    }

    @Test
    void shouldPreferALengthOfTimeToAPointInTime() {
        assertThat(parse(
                        "X-RateLimit-Remaining", "3",
                        "X-RateLimit-Reset", "1800000099.123",
                        "X-RateLimit-Reset-After", "1.25"))
                .contains(limit(-1, 3, 1_250));
    }

    @Test
    void shouldTakeTheTighterOfSeveralLimits() {
        assertThat(parse("X-RateLimit-Remaining", "0, 999", "X-RateLimit-Reset", "20, 1800"))
                .contains(limit(-1, 0, 20_000));
        assertThat(parse(
                        "X-RateLimit-Limit", "60, 1000",
                        "X-RateLimit-Remaining", "30, 2",
                        "X-RateLimit-Reset", "20, 1800"))
                .contains(limit(1000, 2, 1_800_000));
        assertThat(parse("X-RateLimit-Remaining", "0, 0", "X-RateLimit-Reset", "20, 1800"))
                .as("both are used up")
                .contains(limit(-1, 0, 1_800_000));
        assertThat(parse("RateLimit", "\"a\";r=0;t=5, \"b\";r=0;t=60, \"c\";r=7;t=900"))
                .contains(limit(-1, 0, 60_000));
    }

    @Test
    void shouldReadTheWindowOfThePolicyThatIsMeant() {
        assertThat(parse("RateLimit", "\"day\";r=0", "RateLimit-Policy", "\"hour\";q=10;w=3600, \"day\";q=90;w=86400"))
                .contains(limit(90, 0, 86_400_000));
    }

    @Test
    void shouldReadTheUsedOfTheLimit() {
        assertThat(parse("X-Shopify-Shop-Api-Call-Limit", "39/40")).contains(new RateLimit(40, 1, RateLimit.UNSAID));
        assertThat(parse("X-Shopify-Shop-Api-Call-Limit", "41/40")).contains(new RateLimit(40, 0, RateLimit.UNSAID));
    }

    @Test
    void shouldReadAnObject() {
        assertThat(
                        parse(
                                "X-RateLimit",
                                "{\"name\":\"Global\",\"period\":10,\"limit\":50,\"remaining\":0,\"until\":\"2027-01-15T08:00:07Z\"}"))
                .contains(limit(50, 0, 7_000));
        assertThat(parse("X-RateLimit", "{\"remaining\": 4, \"limit\": 50, \"period\": 10}"))
                .contains(limit(50, 4, 10_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RateLimit             | nonsense",
                "RateLimit             | \"x\";t=5",
                "RateLimit             | limit=5",
                "RateLimit             | ;;;===",
                "X-RateLimit-Remaining | 5"
            })
    void shouldIgnoreWhatItCannotRead(String name, String value) {
        assertThat(parse(name, value)).isEmpty();
    }

    @Test
    void shouldIgnoreAResetThatIsNoTimeAndBoundNumbersThatAreAbsurd() {
        assertThat(parse("X-RateLimit-Remaining", "5", "X-RateLimit-Reset", "tomorrow"))
                .isEmpty();
        assertThat(parse("RateLimit-Remaining", "9".repeat(40), "RateLimit-Reset", "5"))
                .contains(limit(-1, Long.MAX_VALUE, 5_000));
    }
}
