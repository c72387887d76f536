package io.github.saddlebag.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.TestSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusClassesTest {

    private static StatusClasses of(String... settings) {
        return new StatusClasses(TestSettings.of(settings).retry());
    }

    private static FailureClass meaning(StatusClasses classes, int status) {
        return classes.of(Reply.of(status, Map.<String, String>of()::get));
    }

    @Test
    void shouldChangeOnlyTheStatusesThatAnEntryNames() {
        StatusClasses classes = of("call.statuses", "409:retry, 400:fail, 404-405:split,422:partial");

        assertThat(meaning(classes, 409)).isEqualTo(FailureClass.RETRY);
        assertThat(meaning(classes, 503)).isEqualTo(FailureClass.RETRY);
        assertThat(meaning(classes, 400)).isEqualTo(FailureClass.REJECT);
        assertThat(meaning(classes, 405)).isEqualTo(FailureClass.SPLIT);
        assertThat(meaning(classes, 413)).isEqualTo(FailureClass.SPLIT);
        assertThat(classes.isPartial(422)).isTrue();
        assertThat(classes.isPartial(207)).isTrue();
    }

    @Test
    void shouldTakeTheLastEntryOfAStatus() {
        StatusClasses classes = of("call.statuses", "500-599:fail,503:retry");

        assertThat(meaning(classes, 500)).isEqualTo(FailureClass.REJECT);
        assertThat(meaning(classes, 503)).isEqualTo(FailureClass.RETRY);
    }

    @Test
    void shouldReplaceAClassByAListUnderItsOldName() {
        StatusClasses classes = of("call.retry-statuses", "429", "call.statuses", "409:retry");

        assertThat(meaning(classes, 429)).isEqualTo(FailureClass.RETRY);
        assertThat(meaning(classes, 409)).isEqualTo(FailureClass.RETRY);
        assertThat(meaning(classes, 503)).isEqualTo(FailureClass.REJECT);
        assertThat(meaning(classes, 413)).isEqualTo(FailureClass.SPLIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"429", "429:", ":retry", "429:again", "700:retry", "429:retry:split", "429-:retry"})
    void shouldNameThePropertyTheValueAndTheRule(String value) {
        assertThatThrownBy(() -> of("call.statuses", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("saddlebag.call.statuses is '")
                .hasMessageContaining("give ");
    }
}
