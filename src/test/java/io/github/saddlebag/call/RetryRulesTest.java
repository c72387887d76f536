package io.github.saddlebag.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.call.Fault.Kind;
import io.github.saddlebag.call.RetryRules.Course;
import io.github.saddlebag.call.RetryRules.Facts;
import io.github.saddlebag.call.RetryRules.Patience;
import io.github.saddlebag.call.RetryRules.Repeat;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a request, of what is known of its failed attempt alone; each has 5 tries. */
class RetryRulesTest {

    private static int number(String facts, String name, int otherwise) {
        for (String fact : facts.split(" ")) {
            if (fact.startsWith(name + '=')) {
                return Integer.parseInt(fact.substring(name.length() + 1));
            }
        }
        return otherwise;
    }

    private static Facts facts(Kind kind, Repeat repeat, String text) {
        Set<String> set = Set.of(text.split(" "));
        return new Facts(
                kind,
                repeat,
                set.contains("of-item"),
                set.contains("poll"),
                number(text, "items", 2),
                5,
                number(text, "tries", 1),
                number(text, "failures", 1),
                number(text, "late", 0),
                set.contains("of-used-up"),
                set.contains("only-time"),
                set.contains("first-half"),
                set.contains("other-against"),
                set.contains("none-well"),
                set.contains("explores"),
                !set.contains("not-all"));
    }

    @ParameterizedTest
    @CsvSource({
        "TURNED_AWAY, tries=9, AT_ONCE",
        "PASSING_STATUS, tries=4, AGAIN",
        "PASSING_STATUS, tries=5, USED_UP",
        "PASSING_STATUS, items=1 tries=4 of-used-up, AGAIN",
        "PASSING_STATUS, items=1 tries=5, USED_UP",
        "PASSING_STATUS, tries=0 of-used-up, AGAIN",
        "PASSING_STATUS, tries=1 of-used-up, USED_UP",
        "PASSING_STATUS, failures=5 explores, USED_UP",
        "PASSING_STATUS, failures=5, AGAIN",
        "PASSING_STATUS, failures=4 explores, AGAIN",
        "PASSING_STATUS, items=1 failures=9 explores, AGAIN",
        "PASSING_STATUS, tries=9 poll, AGAIN",
        "PASSING_STATUS, only-time first-half, ASIDE",
        "PASSING_STATUS, only-time first-half poll, AGAIN",
        "PASSING_STATUS, only-time, AGAIN",
        "PASSING_STATUS, first-half none-well, AGAIN",
        "SPLIT_STATUS, tries=1, HALVE",
        "SPLIT_STATUS, poll, FAIL",
        "FINAL_STATUS, tries=1, FAIL",
        "REFUSED, tries=1, HALVE",
        "REFUSED_AS_TOO_LARGE, tries=1, HALVE",
        "ANSWER_TOO_LARGE, tries=1, HALVE",
        "ANSWER_TOO_LARGE, poll, FAIL",
        "NO_TOKEN, tries=1, AGAIN",
        "NO_TOKEN, failures=9 explores, AGAIN",
        "NO_TOKEN_EVER, tries=1, NONE",
        "NO_TOKEN_EVER, tries=1 not-all, FAIL",
        "OTHER, tries=1, FAIL",
        "LATE, late=0, AGAIN",
        "LATE, late=1, USED_UP",
        "LATE, late=9 items=1, AGAIN",
        "LATE, late=1 poll, AGAIN",
        "LATE_CONNECTION, late=1, AGAIN",
        "BROKEN, only-time first-half, ASIDE",
        "UNREACHED, only-time first-half, AGAIN",
        "UNREACHED, failures=9 explores, AGAIN",
        "WITHOUT_CONNECTION, only-time first-half, AGAIN",
        "WITHOUT_CONNECTION, only-time first-half of-item, ASIDE",
        "UNREADABLE, only-time first-half, AGAIN",
        "UNREADABLE, none-well first-half, ASIDE",
        "UNREADABLE, none-well other-against, UNREADABLE_ALL",
        "UNREADABLE, none-well other-against not-all, AGAIN",
        "UNREADABLE, other-against, AGAIN",
        "UNREADABLE, none-well other-against poll, AGAIN",
        "BROKEN, none-well other-against, AGAIN"
    })
    void shouldDecideByKindAndCounts(Kind kind, String facts, Course expected) {
        assertThat(RetryRules.after(facts(kind, Repeat.NONE, facts))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "FINAL_STATUS, OURS, tries=9, WHEN_DONE",
        "TURNED_AWAY, OURS, tries=9, WHEN_DONE",
        "FINAL_STATUS, PERHAPS, tries=1, AGAIN",
        "FINAL_STATUS, PERHAPS, tries=5, USED_UP"
    })
    void shouldWaitForTheSameRequest(Kind kind, Repeat repeat, String facts, Course expected) {
        assertThat(RetryRules.after(facts(kind, repeat, facts))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, false, false, LEFT",
        "PT10M, false, false, LEFT",
        "PT10M, true, false, OVER_FOR_ALL",
        "PT10M, true, true, LEFT",
        "PT601S, false, true, ASKED_TOO_LONG",
        "PT601S, true, false, ASKED_TOO_LONG"
    })
    void shouldNotWaitLongerThanTheDeadline(Duration asked, boolean over, boolean othersAccepted, Patience expected) {
        assertThat(RetryRules.patience(asked, Duration.ofMinutes(10), over, othersAccepted))
                .isEqualTo(expected);
    }
}
