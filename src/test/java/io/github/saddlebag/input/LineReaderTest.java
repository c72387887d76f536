package io.github.saddlebag.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class LineReaderTest {

    private static final int BUFFER = 1 << 16;
    private static final int MAX_LINE = 16 << 20;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static LineReader reader(String text) {
        return new LineReader(new ByteArrayInputStream(bytes(text)), MAX_LINE);
    }

    /** Each line with its number, such as {@code 3:text}. */
    private static List<String> lines(LineReader reader) throws IOException {
        List<String> lines = new ArrayList<>();
        byte[] line = reader.next();
        while (line != null) {
            lines.add(reader.number() + ":" + new String(line, StandardCharsets.UTF_8));
            line = reader.next();
        }
        return lines;
    }

    static Stream<Arguments> shouldReadTheLinesOf() {
        return Stream.of(
                arguments("", List.of()),
                arguments("a\n", List.of("1:a")),
                arguments("a", List.of("1:a")),
                arguments("a\nb\n", List.of("1:a", "2:b")),
                arguments("a\nb", List.of("1:a", "2:b")),
                arguments("a\r\nb\r\n", List.of("1:a", "2:b")),
                arguments("a\r\nb\nc", List.of("1:a", "2:b", "3:c")),
                arguments("\n", List.of()),
                arguments("\n\n\r\n \t\n", List.of()),
                arguments("   ", List.of()),
                arguments("\r", List.of()),
                arguments("\n\na\n\n\nb\n\n", List.of("3:a", "6:b")),
                arguments("\r\n\r\na\r\n", List.of("3:a")),
                arguments("  a  \n", List.of("1:  a  ")),
                arguments("a\rb\n", List.of("1:a\rb")),
                arguments("a\r\r\n", List.of("1:a\r")),
                arguments("\u00e4\u20ac\ud83d\ude00\n\u00e4", List.of("1:\u00e4\u20ac\ud83d\ude00", "2:\u00e4")),
                arguments("a\u0000b\n", List.of("1:a\u0000b")),
                arguments("\uFEFFa\nb\n", List.of("1:a", "2:b")),
                arguments("\uFEFF\nb\n", List.of("2:b")),
                arguments("a\n\uFEFFb\n", List.of("1:a", "2:\uFEFFb")));
    }

    @ParameterizedTest
    @MethodSource
    void shouldReadTheLinesOf(String text, List<String> lines) throws Exception {
        assertThat(lines(reader(text))).isEqualTo(lines);
        assertThat(lines(new LineReader(new Pieces(bytes(text), new Random(), 1), MAX_LINE)))
                .as("a byte at a time")
                .isEqualTo(lines);
    }

    @Test
    void shouldTellTheOffsetOfTheEndOfTheLine() throws Exception {
        LineReader reader = reader("ab\r\n\n\u00e4\nx");

        reader.next();
        assertThat(reader.place().offset()).isEqualTo(4);
        reader.next();
        assertThat(reader.place().offset()).isEqualTo(8);
        reader.next();
        assertThat(reader.place().offset()).isEqualTo(9);
        assertThat(reader.next()).isNull();
        assertThat(reader.place().offset()).isEqualTo(9);
        assertThat(reader.next()).as("again").isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void shouldReadLinesThatEndAroundTheEndOfTheBuffer(String lineEnd) throws Exception {
        for (int length = BUFFER - 3; length <= BUFFER + 3; length++) {
            String first = "x".repeat(length);
            LineReader reader = reader(first + lineEnd + "second" + lineEnd + "third");

            assertThat(lines(reader)).as("%d bytes", length).containsExactly("1:" + first, "2:second", "3:third");
        }
    }

    @Test
    void shouldReadALineOf10MB() throws Exception {
        String large = "0123456789".repeat(1 << 20);

        assertThat(lines(reader("a\n" + large + "\nb"))).containsExactly("1:a", "2:" + large, "3:b");
    }

    @Test
    void shouldKeepTheBeginningOfALineThatIsTooLong() throws Exception {
        String large = "0123456789".repeat(20_000);
        LineReader reader = new LineReader(new ByteArrayInputStream(bytes("a\n" + large + "\r\nb\n" + large)), 100_000);

        assertThat(reader.next()).isEqualTo(bytes("a"));
        assertThat(reader.isTooLong()).isFalse();
        byte[] beginning = reader.next();
        assertThat(reader.isTooLong()).isTrue();
        assertThat(reader.number()).isEqualTo(2);
        assertThat(reader.lineLength()).isEqualTo(200_000);
        assertThat(beginning).hasSizeLessThanOrEqualTo(1024).isEqualTo(Arrays.copyOf(bytes(large), beginning.length));
        assertThat(beginning.length).isGreaterThan(100);
        assertThat(reader.next()).isEqualTo(bytes("b"));
        assertThat(reader.isTooLong()).isFalse();
        assertThat(reader.next()).as("without a line feed").hasSizeLessThanOrEqualTo(1024);
        assertThat(reader.isTooLong()).isTrue();
        assertThat(reader.number()).isEqualTo(4);
        assertThat(reader.next()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", ""})
    void shouldAllowALineOfExactlyTheMost(String lineEnd) throws Exception {
        for (int max : List.of(1, 10, 1023, 1024, 1025, BUFFER - 1, BUFFER, BUFFER + 1)) {
            byte[] text = bytes("x".repeat(max) + lineEnd);

            LineReader exactly = new LineReader(new ByteArrayInputStream(text), max);
            assertThat(exactly.next()).as("%d bytes", max).hasSize(max);
            assertThat(exactly.isTooLong()).as("%d bytes", max).isFalse();
            assertThat(exactly.lineLength()).isEqualTo(max);

            LineReader tooLong = new LineReader(new ByteArrayInputStream(text), max - 1);
            assertThat(tooLong.next()).as("%d bytes", max).hasSizeLessThanOrEqualTo(1024);
            assertThat(tooLong.isTooLong()).as("%d bytes", max).isTrue();
            assertThat(tooLong.lineLength()).isEqualTo(max);
        }
    }

    @Test
    void shouldReportALineOfBlanksThatIsTooLong() throws Exception {
        LineReader reader = new LineReader(new ByteArrayInputStream(bytes(" ".repeat(50) + "\na\n")), 10);

        assertThat(reader.next()).isNotNull();
        assertThat(reader.isTooLong()).isTrue();
        assertThat(reader.next()).isEqualTo(bytes("a"));
    }

    /** Lines of random lengths with random ends, read in random pieces, against a reading of the whole text. */
    @Test
    void shouldReadWhatASimplerReaderReads() throws Exception {
        long seed = System.nanoTime();
        for (int round = 0; round < 300; round++) {
            Random random = new Random(seed + round);
            byte[] text = randomText(random);
            int maxLine = random.nextBoolean() ? MAX_LINE : 1 + random.nextInt(3000);
            LineReader reader = new LineReader(new Pieces(text, random, 1 + random.nextInt(100_000)), maxLine);
            int at = 0;
            long line = 0;
            while (at < text.length) {
                int end = at;
                while (end < text.length && text[end] != '\n') {
                    end++;
                }
                line++;
                boolean crlf = end < text.length && end > at && text[end - 1] == '\r';
                byte[] expected = Arrays.copyOfRange(text, at, crlf ? end - 1 : end);
                at = end + 1;
                boolean tooLong = expected.length > maxLine;
                if (new String(expected, StandardCharsets.ISO_8859_1).isBlank() && !tooLong) {
                    continue;
                }
                byte[] actual = reader.next();
                assertThat(reader.number()).as("seed %d", seed + round).isEqualTo(line);
                assertThat(reader.place().offset()).as("seed %d", seed + round).isEqualTo(Math.min(at, text.length));
                assertThat(reader.isTooLong()).as("seed %d", seed + round).isEqualTo(tooLong);
                assertThat(reader.lineLength()).as("seed %d", seed + round).isEqualTo(expected.length);
                assertThat(actual)
                        .as("seed %d, line %d", seed + round, line)
                        .isEqualTo(tooLong ? Arrays.copyOf(expected, actual.length) : expected);
            }
            assertThat(reader.next()).as("seed %d", seed + round).isNull();
        }
    }

    private static byte[] randomText(Random random) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int lines = random.nextInt(40);
        for (int i = 0; i < lines; i++) {
            int length = switch (random.nextInt(8)) {
                case 0 -> 0;
                case 1 -> random.nextInt(3 * BUFFER);
                case 2 -> Math.max(0, BUFFER - text.size() % BUFFER + random.nextInt(5) - 2);
                default -> random.nextInt(2000);
            };
            byte[] line = new byte[length];
            boolean blank = random.nextInt(10) == 0;
            for (int j = 0; j < length; j++) {
                line[j] = (byte) (blank ? " \t".charAt(random.nextInt(2)) : "abc\r ".charAt(random.nextInt(5)));
            }
            text.writeBytes(line);
            if (i < lines - 1 || random.nextBoolean()) {
                text.writeBytes(bytes(random.nextInt(3) == 0 ? "\r\n" : "\n"));
            }
        }
        return text.toByteArray();
    }

    @Test
    void shouldTellThatReadingOnMayHaveToWait() throws Exception {
        Typed typed = new Typed();
        LineReader reader = new LineReader(typed, MAX_LINE);

        typed.type("a\nb\n");
        reader.next();
        assertThat(reader.mayBlock()).as("b is there").isFalse();
        reader.next();
        assertThat(reader.mayBlock()).isTrue();

        typed.type("c\nhalf a li");
        assertThat(reader.mayBlock()).as("more can be read").isFalse();
        assertThat(reader.next()).isEqualTo(bytes("c"));
        assertThat(reader.mayBlock()).as("the rest of the line is missing").isTrue();

        typed.type("ne\n");
        assertThat(reader.next()).isEqualTo(bytes("half a line"));
        typed.end();
        assertThat(reader.next()).isNull();
        assertThat(reader.mayBlock()).as("at the end").isFalse();
    }

    @Test
    void shouldTellThatReadingOnMayHaveToWaitBehindBlankLines() throws Exception {
        Typed typed = new Typed();
        LineReader reader = new LineReader(typed, MAX_LINE);

        typed.type("a\n\r\n  \n\n");
        reader.next();

        assertThat(reader.mayBlock()).as("only blank lines are there").isTrue();
        typed.type("b\n");
        assertThat(reader.next()).isEqualTo(bytes("b"));
        assertThat(reader.number()).isEqualTo(5);
        assertThat(reader.place().offset()).isEqualTo(10);
    }

    @Test
    void shouldPassOnWhatGoesWrong() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is gone");
            }
        };

        assertThatThrownBy(() -> new LineReader(broken, MAX_LINE).next())
                .isInstanceOf(IOException.class)
                .hasMessage("the disk is gone");
    }

    @Test
    void shouldCloseItsInput() throws Exception {
        AtomicBoolean closed = new AtomicBoolean();
        InputStream in = new ByteArrayInputStream(new byte[0]) {
            @Override
            public void close() {
                closed.set(true);
            }
        };

        new LineReader(in, MAX_LINE).close();

        assertThat(closed).isTrue();
    }

    /** Gives its bytes in pieces of random length. */
    private static final class Pieces extends InputStream {

        private final byte[] text;
        private final Random random;
        private final int longest;
        private int at;

        private Pieces(byte[] text, Random random, int longest) {
            this.text = text;
            this.random = random;
            this.longest = longest;
        }

        @Override
        public int read() {
            return at == text.length ? -1 : text[at++] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            if (at == text.length) {
                return -1;
            }
            int piece = Math.min(Math.min(length, 1 + random.nextInt(longest)), text.length - at);
            System.arraycopy(text, at, to, offset, piece);
            at += piece;
            return piece;
        }
    }

    /** Has what was typed so far; reading on would wait, which fails the test. */
    private static final class Typed extends InputStream {

        private byte[] typed = new byte[0];
        private boolean ended;

        private void type(String text) {
            typed = bytes(new String(typed, StandardCharsets.UTF_8) + text);
        }

        private void end() {
            ended = true;
        }

        @Override
        public int available() {
            return typed.length;
        }

        @Override
        public int read() {
            throw new AssertionError("not used");
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            if (typed.length == 0) {
                assertThat(ended).as("it would wait here").isTrue();
                return -1;
            }
            int piece = Math.min(length, typed.length);
            System.arraycopy(typed, 0, to, offset, piece);
            typed = Arrays.copyOfRange(typed, piece, typed.length);
            return piece;
        }
    }
}
