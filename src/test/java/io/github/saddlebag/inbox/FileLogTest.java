package io.github.saddlebag.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FileLogTest {

    private final AtomicLong now = new AtomicLong();
    private final List<String> lines = new ArrayList<>();
    private final FileLog log = new FileLog(now::get) {
        @Override
        void tell(String text, Object... values) {
            lines.add(text + List.of(values));
        }
    };

    @Test
    void shouldTellOfManyFilesInFewLines() {
        for (int second = 0; second < 3; second++) {
            for (int i = 0; i < 500; i++) {
                log.done("f", 2, 1);
            }
            now.addAndGet(1_000_000_000L);
        }
        log.tick();

        assertThat(lines).as("ten, and one a second").hasSize(10 + 3);
        assertThat(lines.get(lines.size() - 1)).contains("more files");
        long told = lines.stream()
                .mapToLong(
                        line -> line.startsWith("{} is") ? 1 : Long.parseLong(line.replaceAll(".*\\[(\\d+),.*", "$1")))
                .sum();
        assertThat(told).isEqualTo(1500);
    }

    @Test
    void shouldTellOfEachAgainWhereTheyAreFewAndOfTheRestAtTheEnd() {
        for (int i = 0; i < 30; i++) {
            log.done("many", 1, 0);
        }
        now.addAndGet(1_000_000_000L);
        log.tick();
        now.addAndGet(1_000_000_000L);
        lines.clear();

        log.done("few", 1, 0);

        assertThat(lines).singleElement().asString().contains("[few, 1, 0]");
        for (int i = 0; i < 30; i++) {
            log.done("many", 1, 0);
        }
        lines.clear();
        log.rest();
        assertThat(lines).singleElement().asString().contains("[21, 21, 0]");
    }
}
