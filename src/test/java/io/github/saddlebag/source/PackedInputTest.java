package io.github.saddlebag.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import io.github.saddlebag.input.InputFormat;
import io.github.saddlebag.input.Inputs;
import io.github.saddlebag.input.ItemInput;
import io.github.saddlebag.unpack.InputBytes;
import io.github.saddlebag.unpack.UnreadableInputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs that are compressed, or in another encoding, are read as if they were not. */
class PackedInputTest {

    private static final int MAX = 1000;
    private static final String TEXT =
            IntStream.range(0, 300).mapToObj(i -> "{\"id\":" + i + "}\n").collect(Collectors.joining());

    @TempDir
    private Path folder;

    private static byte[] packed(String ending, String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream packing = ending.equals("gz") ? new GZIPOutputStream(out) : new ZstdOutputStream(out)) {
            packing.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static String unpacked(byte[] bytes) throws IOException {
        try (InputStream in = InputBytes.of("auto")
                .open(new ByteArrayInputStream(bytes), "a.jsonl")
                .in()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gz", "zst"})
    void shouldReadMembersOneAfterTheOther(String ending) throws Exception {
        byte[] all = joined(packed(ending, TEXT), packed(ending, ""), packed(ending, TEXT));

        assertThat(unpacked(all)).isEqualTo(TEXT + TEXT);
    }

    @Test
    void shouldReadMembersWithNamesAndCommentsAndZerosBehindThem() throws Exception {
        byte[] plain = packed("gz", "x\n");
        byte[] rest = Arrays.copyOfRange(plain, 10, plain.length);
        byte[] head = {0x1F, (byte) 0x8B, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 0, 3, 0, 'e', 'x', 't', 'a', 0, 'c', 0, 1, 2
        };

        assertThat(unpacked(joined(head, rest, new byte[512]))).isEqualTo("x\n");
    }

    /** Whatever is missing of it, the end is never taken for the end of the input. */
    @ParameterizedTest
    @ValueSource(strings = {"gz", "zst"})
    void shouldTellWhereverItIsCutOff(String ending) throws Exception {
        byte[] whole = packed(ending, TEXT);
        for (int length = 1; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            Path file = Files.write(folder.resolve("a." + ending), cut);
            assertThatThrownBy(() -> items(new Inputs(null, MAX, ',', InputBytes.of("auto"), "")
                            .open(file, InputFormat.JSONL, ItemInput.Place.BEGIN)))
                    .as("%d bytes of %d", length, whole.length)
                    .isInstanceOf(UnreadableInputException.class)
                    .hasMessageContaining("a." + ending);
        }
    }

    @Test
    void shouldTellOfAByteThatIsBroken() throws Exception {
        byte[] whole = joined(packed("gz", TEXT), packed("gz", TEXT));
        for (int at = 0; at < whole.length; at++) {
            byte[] broken = whole.clone();
            broken[at] ^= 0x10;
            String read;
            try {
                read = unpacked(broken);
            } catch (UnreadableInputException e) {
                assertThat(e).hasMessageContaining("gzip -t");
                continue;
            }
            // a time, a name or the like, which is no part of what was packed; or it is no gzip any more
            assertThat(read.equals(TEXT + TEXT) || at < 2).as("byte %d", at).isTrue();
        }
    }

    @Test
    void shouldRefuseWhatFollowsAMember() throws Exception {
        byte[] all = joined(packed("gz", TEXT), "more".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> unpacked(all)).hasMessageContaining("follows its last member");
    }

    private static List<String> items(ItemInput input) throws IOException {
        try (input) {
            List<String> items = new ArrayList<>();
            for (byte[] next = input.next(); next != null; next = input.next()) {
                items.add(input.number() + " " + new String(next, StandardCharsets.UTF_8));
            }
            return items;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.jsonl.gz | UTF-8 | JSONL | {\"a\":1}~~x~[2]~ 3",
                "a.csv.gz | UTF-16LE | CSV | id,a~1,\u00FC~2,\uD83D\uDE00~\"3~\",4",
                "a.json.zst | UTF-8 | JSON | [ 1 ,{\"a\":[2,\"]\"]}~, \"x\"  ]",
                "a.txt | UTF-16BE | LINES | \u00FC~\uD83D\uDE00~c",
                "a.txt.gz | UTF-32LE | LINES | \u00FC~\uD83D\uDE00~c"
            })
    void shouldGoOnBehindAnyItem(String name, String charset, InputFormat format, String text) throws Exception {
        String marked = (charset.equals("UTF-8") ? "" : "\uFEFF") + text.replace('~', '\n');
        byte[] encoded = marked.getBytes(Charset.forName(charset));
        Path file = folder.resolve(name);
        try (OutputStream raw = Files.newOutputStream(file);
                OutputStream out = name.endsWith(".gz")
                        ? new GZIPOutputStream(raw)
                        : name.endsWith(".zst") ? new ZstdOutputStream(raw) : raw) {
            out.write(encoded);
        }
        Inputs inputs = new Inputs(null, MAX, ',', InputBytes.of("auto"), "");
        assertThat(inputs.format(file)).isEqualTo(format);
        List<String> all = items(inputs.open(file, format, ItemInput.Place.BEGIN));
        assertThat(inputs.isPlain()).isFalse();
        assertThat(inputs.seen()).isEqualTo(Files.size(file));
        assertThat(all).hasSizeGreaterThan(2);
        ItemInput first = inputs.open(file, format, ItemInput.Place.BEGIN);

        for (int i = 1; i <= all.size(); i++) {
            first.next();
            assertThat(items(inputs.open(file, format, first.place())))
                    .as("behind item %d", i)
                    .isEqualTo(all.subList(i, all.size()));
        }
    }

    @Test
    void shouldDecodeWhatIsLongerThanItsBuffers() throws Exception {
        String text = "a\u00FC\uD83D\uDE00\u20AC".repeat(20_000);
        for (String charset : List.of("UTF-16LE", "UTF-16BE", "UTF-32BE")) {
            byte[] bytes = ("\uFEFF" + text).getBytes(Charset.forName(charset));
            assertThat(unpacked(bytes).replace("\uFEFF", "")).isEqualTo(text);
        }
    }

    @Test
    void shouldTellOfATextThatEndsWithinACharacter() {
        byte[] bytes = Arrays.copyOf("\uFEFFab".getBytes(StandardCharsets.UTF_16LE), 5);

        assertThatThrownBy(() -> unpacked(bytes)).hasMessageContaining("byte 5").hasMessageContaining("UTF-16LE");
    }
}
