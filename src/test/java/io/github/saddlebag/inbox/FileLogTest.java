package io.github.saddlebag.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FileLogTest {

    @Test
    void shouldTellOfManyFilesInFewLines() {
        AtomicLong now = new AtomicLong();
        List<String> lines = new ArrayList<>();
        FileLog log = new FileLog(now::get) {
            @Override
            void tell(String text, Object... values) {
                lines.add(text + List.of(values));
            }
        };

        for (int second = 0; second < 3; second++) {
            for (int i = 0; i < 500; i++) {
                log.done("f", 2, 1);
            }
            now.addAndGet(1_000_000_000L);
        }
        log.tick();

        assertThat(lines).hasSizeLessThanOrEqualTo(10 + 3 + 3);
        assertThat(lines.get(lines.size() - 1)).contains("more files");
        long told = lines.stream()
                .mapToLong(
                        line -> line.startsWith("{} is") ? 1 : Long.parseLong(line.replaceAll(".*\\[(\\d+),.*", "$1")))
                .sum();
        assertThat(told).isEqualTo(1500);
    }
}
