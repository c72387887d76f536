package io.github.saddlebag.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallLogTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void shouldSayAtMostOneWarningASecondAndHowManyItLeftOut() {
        long[] now = {SECOND};
        List<String> said = new ArrayList<>();
        CallLog log = new CallLog("saddlebag", () -> now[0], said::add);

        log.warn("a");
        log.warn("b");
        log.warn("c");
        now[0] += SECOND - 1;
        log.warn("d");
        now[0] += 1;
        log.warn("e");
        now[0] += SECOND;
        log.warn("f");

        assertThat(said).containsExactly("a", "e (3 more since the last warning)", "f");
    }
}
