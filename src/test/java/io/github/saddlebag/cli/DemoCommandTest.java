package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo ends by itself, and what it reports is true. */
@Tag("slow")
@Timeout(120)
class DemoCommandTest {

    @TempDir
    private Path folder;

    @Test
    void shouldBeginAnewWithItsOwnFilesAndReportWhatTheySay() throws Exception {
        for (String name : List.of("demo.jsonl", "demo.results.jsonl", "demo.failed.jsonl", "mine.jsonl")) {
            Files.writeString(folder.resolve(name), "of before\n");
        }

        CommandRun run = CommandRun.of("demo", "--output", folder.toString());

        assertThat(run.status()).isZero();
        List<String> items = Files.readAllLines(folder.resolve("demo.jsonl"));
        List<String> results = Files.readAllLines(folder.resolve("demo.results.jsonl"));
        List<JsonNode> letters = read(folder.resolve("demo.failed.jsonl"));
        assertThat(results).hasSameSizeAs(items);
        assertThat(ids(results)).isEqualTo(ids(items));
        assertThat(run.out()).contains("items     " + items.size() + " in", "failed    " + letters.size() + "\n");
        assertThat(letters).isNotEmpty().allSatisfy(letter -> {
            assertThat(letter.at("/item/address").asText())
                    .as("an address without letters")
                    .doesNotMatch(".*[a-zA-Z].*");
            assertThat(run.out())
                    .contains("line " + letter.path("line").asText() + ", id "
                            + letter.path("id").asText() + ": "
                            + letter.path("reason").asText());
        });
        assertThat(withoutLetters(items)).isEqualTo(letters.size());
        assertThat(run.out()).contains("One item on its way:", "Next, with an API of your own");
        assertThat(folder.resolve("mine.jsonl")).hasContent("of before");
    }

    private static List<JsonNode> read(Path file) throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(TestApi.JSON.readTree(line));
        }
        return lines;
    }

    private static Set<String> ids(List<String> lines) throws Exception {
        Set<String> ids = new HashSet<>();
        for (String line : lines) {
            ids.add(TestApi.JSON.readTree(line).path("id").asText());
        }
        return ids;
    }

    private static int withoutLetters(List<String> items) throws Exception {
        int count = 0;
        for (String item : items) {
            count +=
                    TestApi.JSON.readTree(item).path("address").asText().chars().anyMatch(Character::isLetter) ? 0 : 1;
        }
        return count;
    }
}
