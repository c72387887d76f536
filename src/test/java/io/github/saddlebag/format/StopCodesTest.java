package io.github.saddlebag.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StopCodesTest {

    private final StopCodes codes = StopCodes.of("insufficient_quota,quota_exceeded,credit balance is too low");

    private @Nullable String in(String body) {
        return codes.in(body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":{\"errors\":[{\"domain\":\"global\",\"reason\":\"quotaExceeded\"}],\"code\":403}}",
                "{\"error\":{\"code\":\"QUOTA_EXCEEDED\"}}",
                "{\"errors\":[{\"code\":\"quota-exceeded\"}]}",
                "{\"__type\":\"com.example.service#QuotaExceeded\"}",
                "{\"type\":\"error\",\"error\":{\"message\":\"Your credit balance is too low to use the API.\"}}",
                "account: insufficient_quota"
            })
    void shouldFindThemAsTheyAreWritten(String body) {
        assertThat(in(body)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":{\"reason\":\"quotaExceededSoon\"}}",
                "{\"error\":{\"message\":\"quotas may be exceeded\"}}",
                "{\"data\":{\"note\":\"quota_exceeded\"}}"
            })
    void shouldFindNoOthers(String body) {
        assertThat(in(body)).isNull();
    }
}
