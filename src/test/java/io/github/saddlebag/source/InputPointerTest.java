package io.github.saddlebag.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.input.InputFormat;
import io.github.saddlebag.input.Inputs;
import io.github.saddlebag.input.ItemInput;
import io.github.saddlebag.unpack.InputBytes;
import io.github.saddlebag.unpack.UnreadableInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The items of an array within a document. */
class InputPointerTest {

    private static final int MAX = 1000;

    @TempDir
    private Path folder;

    private static Inputs at(String pointer) {
        return new Inputs(null, MAX, ',', InputBytes.of("auto"), pointer);
    }

    private List<String> items(String text, String pointer) throws IOException {
        Path file = Files.writeString(folder.resolve("a.json"), text);
        return items(at(pointer).open(file, InputFormat.JSON, ItemInput.Place.BEGIN));
    }

    private static List<String> items(ItemInput input) throws IOException {
        try (input) {
            List<String> items = new ArrayList<>();
            for (byte[] next = input.next(); next != null; next = input.next()) {
                items.add(input.number() + " " + new String(next, StandardCharsets.UTF_8)
                        + (input.problem() == null ? "" : "!"));
            }
            return items;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"data\":[1,{\"a\":[2]}, \"]\" ]} | /data",
                " {\"meta\":{\"data\":[7]},\"x\":\"}\\\"\",\"data\" : [1,{\"a\":[2]},\"]\"],\"next\":[9]}  | /data",
                "{\"a/b\":{\"m~n\":[1,{\"a\":[2]},\"]\"]}} | /a~1b/m~0n",
                "{\"d\\u0061ta\":[1,{\"a\":[2]},\"]\"]} | /data",
                "[[0],{\"r\":[1,{\"a\":[2]},\"]\"]}] | /1/r",
                "{\"\":[1,{\"a\":[2]},\"]\"]} | /"
            })
    void shouldReadTheElementsAndGoOnBehindAny(String text, String pointer) throws Exception {
        List<String> all = items(text, pointer);
        assertThat(all).containsExactly("1 1", "2 {\"a\":[2]}", "3 \"]\"");
        Inputs inputs = at(pointer);
        ItemInput first = inputs.open(folder.resolve("a.json"), InputFormat.JSON, ItemInput.Place.BEGIN);
        for (int i = 1; i <= all.size(); i++) {
            first.next();
            assertThat(items(inputs.open(folder.resolve("a.json"), InputFormat.JSON, first.place())))
                    .isEqualTo(all.subList(i, all.size()));
        }
        assertThat(inputs.seen()).as("bytes read").isEqualTo(Files.size(folder.resolve("a.json")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"data\":[1],\"meta\":2} | /dat | The document has nothing at /dat: it is an object with data, meta.",
                "{\"data\":{\"rows\":[1]}} | /data/items | at /data is an object with rows",
                "{\"data\":{}} | /data/items | at /data is an object without members",
                "{\"data\":{\"rows\":[1]}} | /data | At /data of the document stands an object",
                "{\"data\":null} | /data | stands null",
                "{\"data\":5} | /data/x | at /data is a number",
                "[1,2] | /2 | it is an array of 2",
                "{\"a\":1 | /data | cut off",
                "`` | /data | nothing"
            })
    void shouldSayWhatStandsThereInstead(String text, String pointer, String said) {
        assertThatThrownBy(() -> items(text, pointer))
                .isInstanceOf(UnreadableInputException.class)
                .hasMessageContaining(said)
                .hasMessageContaining("--input-pointer");
    }

    @Test
    void shouldTellOfAnArrayThatIsCutOff() throws Exception {
        assertThat(items("{\"data\":[1,2", "/data")).containsExactly("1 1", "2 2!");
        assertThat(items("{\"data\":[]}", "/data")).isEmpty();
    }

    @Test
    void shouldReadRowsBetweenTabs() throws Exception {
        Path file = Files.writeString(folder.resolve("a.tsv"), "id\tt\r\n1\t\"a \"\"b\"\"\r\nc\"\r\n2\t,\r\n");
        Inputs inputs = new Inputs(null, MAX, ',', InputBytes.of("auto"), "");
        InputFormat format = inputs.format(file);
        List<String> all = items(inputs.open(file, format, ItemInput.Place.BEGIN));
        assertThat(all)
                .containsExactly("2 {\"id\":\"1\",\"t\":\"a \\\"b\\\"\\r\\nc\"}", "4 {\"id\":\"2\",\"t\":\",\"}");
        ItemInput first = inputs.open(file, format, ItemInput.Place.BEGIN);
        first.next();
        assertThat(items(inputs.open(file, format, first.place()))).isEqualTo(all.subList(1, 2));
    }
}
