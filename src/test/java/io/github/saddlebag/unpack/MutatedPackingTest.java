package io.github.saddlebag.unpack;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import io.github.saddlebag.testing.Mutations;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Compressed and encoded inputs with errors anywhere: each is read to its end or refused, in parts of any size. */
@Timeout(120)
class MutatedPackingTest {

    private static final String TEXT = "{\"id\":1,\"text\":\"\u00e4\u20ac\uD83D\uDE00\"}\n{\"id\":2}\n".repeat(3);
    private static final int LARGE = 1 << 14;
    /** A few bytes may be unpacked into very many. */
    private static final int MOST = 1 << 20;

    private interface Packer {
        OutputStream of(OutputStream out) throws IOException;
    }

    private static byte[] packed(Packer packer, String... members) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String member : members) {
            try (OutputStream packing = packer.of(out)) {
                packing.write(member.getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }

    private record Read(String text, boolean refused) {

        private static Read of(byte[] input, int part) throws IOException {
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            boolean refused = false;
            try (InputStream in = InputBytes.of("auto")
                    .open(new ByteArrayInputStream(input), "a.jsonl")
                    .in()) {
                byte[] bytes = new byte[part];
                int count = in.read(bytes);
                while (count >= 0 && read.size() < MOST) {
                    read.write(bytes, 0, count);
                    count = in.read(bytes);
                }
            } catch (UnreadableInputException e) {
                assertThat(e.getMessage()).startsWith("a.jsonl");
                refused = true;
            }
            return new Read(read.toString(StandardCharsets.ISO_8859_1), refused);
        }
    }

    private static void readInParts(byte[] input) throws IOException {
        Read small = Read.of(input, 7);
        Read large = Read.of(input, LARGE);
        if (small.text.length() < MOST) {
            // what comes at once with an error is lost
            assertThat(small.text).startsWith(large.text);
            assertThat(large.refused).isEqualTo(small.refused);
            assertThat(small.refused || small.text.equals(large.text)).isTrue();
        }
    }

    @Test
    void shouldReadOrRefuseAnyGzip() throws IOException {
        byte[] named = packed(GZIPOutputStream::new, TEXT);
        // a name and a comment
        named[3] = 8 | 16;
        byte[] both = new byte[named.length + 4];
        System.arraycopy(named, 0, both, 0, 10);
        System.arraycopy(new byte[] {'a', 0, 'c', 0}, 0, both, 10, 4);
        System.arraycopy(named, 10, both, 14, named.length - 10);
        Mutations.feed(
                MutatedPackingTest::readInParts,
                List.of(packed(GZIPOutputStream::new, TEXT), packed(GZIPOutputStream::new, TEXT, "", "a"), both));
    }

    @Test
    void shouldReadOrRefuseAnyZstd() throws IOException {
        Mutations.feed(
                MutatedPackingTest::readInParts,
                List.of(
                        packed(ZstdOutputStream::new, TEXT),
                        packed(out -> new ZstdOutputStream(out).setChecksum(true), TEXT, "a")));
    }

    @Test
    void shouldReadOrRefuseAnyEncoding() {
        Mutations.feed(
                MutatedPackingTest::readInParts,
                List.of(
                        ("\uFEFF" + TEXT).getBytes(StandardCharsets.UTF_16LE),
                        ("\uFEFF" + TEXT).getBytes(StandardCharsets.UTF_16BE),
                        ("\uFEFF" + TEXT).getBytes(Charset.forName("UTF-32LE"))));
    }
}
