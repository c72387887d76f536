package io.github.saddlebag.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.format.AnswerText;
import io.github.saddlebag.format.ItemReader;
import io.github.saddlebag.testing.Mutations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the scan is sure of, a JSON parser says too: made and changed documents, 50,000 of them, or as many as
 * {@code -Dsaddlebag.documents=N} says; {@code -Dsaddlebag.seed=N} repeats a run.
 */
@Timeout(1200)
class LeanScanTest {

    private static final int DOCUMENTS = Integer.getInteger("saddlebag.documents", 50_000);

    private static final List<String> POINTERS =
            List.of("/id", "", "/a/id", "/id/0", "/a/0/id", "/", "/é", "/0", "/error", "/a", "/1/id", "/\uD800");
    private static final List<String> LISTS = List.of("", "", "", "/a", "/data/items", "/0", "/a/1/id");

    /** Where to look in a document. */
    private record Places(
            JsonPointer list,
            JsonPointer id,
            @Nullable JsonPointer part,
            @Nullable JsonPointer error) {

        static Places any(Random random) {
            return new Places(
                    pointer(LISTS, random),
                    pointer(POINTERS, random),
                    random.nextInt(3) == 0 ? null : pointer(POINTERS, random),
                    random.nextBoolean() ? null : pointer(POINTERS, random));
        }

        private static JsonPointer pointer(List<String> of, Random random) {
            return JsonPointer.compile(of.get(random.nextInt(of.size())));
        }

        ValueScan scan() {
            return new ValueScan(id, part, error, false);
        }

        LeanScan lean() {
            return new LeanScan(list, id, part, error);
        }
    }

    private static String told(ValueScan scan, int from, int to) {
        return from + "-" + to + " id " + scan.id + (scan.id != null && scan.numericId ? " (number)" : "")
                + (scan.from < 0 ? "" : " part " + scan.from + "-" + Math.min(to, scan.to))
                + (scan.errorFrom < 0 ? "" : " error " + scan.errorFrom + "-" + Math.min(to, scan.errorTo))
                + (scan.errorsFrom < 0 ? "" : " errors " + scan.errorsFrom);
    }

    /** What the parser finds in the values that stand one after the other; null: they are not all JSON. */
    private static @Nullable List<String> parsed(byte[] json, Places places) {
        ValueScan scan = places.scan();
        List<String> found = new ArrayList<>();
        try (JsonParser parser = AnswerText.of(json).parser()) {
            while (parser.nextToken() != null) {
                found.add(parsed(parser, json, scan));
            }
            return found;
        } catch (IOException e) {
            return null;
        }
    }

    private static String parsed(JsonParser parser, byte[] json, ValueScan scan) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        scan.read(parser);
        int to = (int) parser.currentLocation().getByteOffset();
        return told(scan, from, new AnswerText(json, false).end(from, to));
    }

    /** What the parser finds in the lists at their place; null: it is no JSON, or something else stands there. */
    private static @Nullable List<String> parsedList(byte[] json, Places places) {
        List<String> found = new ArrayList<>();
        try (JsonParser parser = AnswerText.of(json).parser()) {
            parser.nextToken();
            boolean any = parser.hasCurrentToken() && descend(parser, json, places.list(), places.scan(), found);
            return any && parser.nextToken() == null ? found : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static boolean descend(
            JsonParser parser, byte[] json, JsonPointer place, ValueScan scan, List<String> found) throws IOException {
        JsonToken token = parser.currentToken();
        if (place.matches()) {
            if (token != JsonToken.START_ARRAY) {
                throw new IOException("something else");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                found.add(parsed(parser, json, scan));
            }
            return true;
        }
        boolean any = false;
        for (int i = 0; token.isStructStart() && !parser.nextToken().isStructEnd(); i++) {
            boolean object = parser.currentToken() == JsonToken.FIELD_NAME;
            JsonPointer next = object ? place.matchProperty(parser.currentName()) : place.matchElement(i);
            if (object) {
                parser.nextToken();
            }
            if (next != null) {
                any |= descend(parser, json, next, scan, found);
            } else {
                parser.skipChildren();
            }
        }
        return any;
    }

    /** Whether the scan is sure; fails where it then says anything else than the parser. */
    private static boolean agrees(byte[] json, Places places) throws IOException {
        ValueScan scan = places.scan();
        boolean sure = places.lean().isOne(json, scan);
        if (sure) {
            int from = LeanTokens.space(json, 0);
            int to = places.lean().value(json, from, places.scan());
            assertThat(List.of(told(scan, from, to))).as("%s", places).isEqualTo(parsed(json, places));
        }
        List<String> elements = new ArrayList<>();
        if (places.lean().list(json, scan, (from, to) -> elements.add(told(scan, from, to)))) {
            assertThat(elements).as("%s", places).isEqualTo(parsedList(json, places));
        }
        return sure;
    }

    @Test
    void shouldAgreeWithTheParser() {
        long seed = Mutations.seed();
        Random random = new Random(seed);
        List<byte[]> known = new ArrayList<>();
        int sure = 0;
        int valid = 0;
        for (int i = 0; i < DOCUMENTS; i++) {
            byte[] json = Documents.any(random).getBytes(StandardCharsets.UTF_8);
            if (i % 4 != 0) {
                known.add(json);
                for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                    json = Mutations.changed(json, random, known);
                }
                if (known.size() > 50) {
                    known.clear();
                }
            }
            Places places = Places.any(random);
            valid += JsonField.isJson(json) ? 1 : 0;
            try {
                sure += agrees(json, places) ? 1 : 0;
            } catch (IOException | RuntimeException | AssertionError e) {
                byte[] shrunk = Mutations.shrunk(input -> agrees(input, places), json);
                throw new AssertionError(
                        "seed " + seed + ", " + places + ", document " + Arrays.toString(shrunk) + " "
                                + new String(shrunk, StandardCharsets.ISO_8859_1),
                        e);
            }
        }
        System.out.println(DOCUMENTS + " documents, seed " + seed + ": " + valid + " are JSON, sure of " + sure);
        assertThat(sure).as("seed %d", seed).isGreaterThan(valid / 2);
    }

    /** With an id that may be anything, the reader of items asks the parser alone. */
    @Test
    void shouldReadItemsAsTheParserDoes() {
        ItemReader lean = new ItemReader("/id", true, false);
        ItemReader parser = new ItemReader("/id", true, true);
        Mutations.feed(
                input -> {
                    Item read = new Item(input, Map.of(), null);
                    Item parsed = new Item(input, Map.of(), null);
                    lean.read(read);
                    parser.read(parsed);
                    if (parsed.id() != null
                            && (parsed.id().startsWith("{") || parsed.id().startsWith("["))) {
                        return;
                    }
                    assertThat(failure(read)).isEqualTo(failure(parsed));
                    assertThat(read.id()).isEqualTo(parsed.id());
                    assertThat(read.numericId()).isEqualTo(parsed.numericId());
                    assertThat(read.content()).isEqualTo(parsed.content());
                },
                "{\"id\":\"a17\",\"text\":\"a long text, in which there is \\\"something\\\" \\u00e9\"}",
                "{\"id\":-17.5e3,\"list\":[1,2,{\"id\":true}],\"id\":18}",
                " {\"text\":\"größer 漢字 \uD83D\uDE00\",\"id\":\"ключ\"} ");
    }

    private static @Nullable Failure failure(Item item) {
        Outcome fate = item.fate();
        return fate == null ? null : fate.failure();
    }

    /** It would be of no use if it were sure of nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"000001\",\"text\":\"1 bravo charlie\"}",
                " { \"id\" : 17 , \"text\" : \"a\\tb \\\"c\\\" \\u00e9 größer 漢字\" , \"o\" : { } , \"l\" : [ ] }\r\n",
                "{\"a\":[true,false,null,-0.5e+10,{\"b\":{}}],\"id\":\"é\"}",
                "\"text\"",
                "17 ",
                "null"
            })
    void shouldBeSureOfWhatIsUsual(String json) throws IOException {
        Places places = new Places(
                JsonPointer.empty(), JsonPointer.compile("/id"), JsonPointer.empty(), JsonPointer.compile("/text"));
        assertThat(agrees(json.getBytes(StandardCharsets.UTF_8), places)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"id\":1",
                "{\"id\":1,}",
                "{\"id\":01}",
                "{\"id\":1.}",
                "{\"id\":.5}",
                "{\"id\":+1}",
                "{\"id\":NaN}",
                "{\"id\":tru}",
                "{\"id\":truee}",
                "{\"id\":1}{",
                "{\"id\":1} x",
                "{\"i\\u0064\":1}",
                "{\"id\":\"a\tb\"}",
                "{\"id\":\"\\x\"}",
                "{\"id\":\"\\u12g4\"}",
                "\uFEFF{}",
                "{id:1}",
                "{'id':1}",
                "[1,]",
                "[,1]",
                "[1 2]",
                "{\"a\" 1}",
                "{\"a\":1 \"b\":2}",
                "\u0000",
                "{\"id\":1}\u0000",
                "{/**/}"
            })
    void shouldLeaveAllElseToTheParser(String json) {
        Places places = new Places(JsonPointer.empty(), JsonPointer.compile("/id"), null, null);
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertThat(places.lean().isOne(bytes, places.scan())).isFalse();
    }

    @Test
    void shouldLeaveDeepJsonToTheParser() {
        byte[] deep = ("[".repeat(2000) + "]".repeat(2000)).getBytes(StandardCharsets.UTF_8);
        Places places = new Places(JsonPointer.empty(), JsonPointer.compile("/0/0/id"), null, null);
        assertThat(places.lean().isOne(deep, places.scan())).isFalse();
    }

    /** All that can follow on a first byte, and then random bytes. */
    @Test
    void shouldTakeForUtf8WhatTheDecoderTakes() {
        byte[] bytes = new byte[4];
        for (int first = 0x80; first < 0x100; first++) {
            for (int second = 0; second < 0x100; second++) {
                for (int third : new int[] {0x00, 0x7F, 0x80, 0x9F, 0xA0, 0xBF, 0xC0, 0xE1}) {
                    bytes[0] = (byte) first;
                    bytes[1] = (byte) second;
                    bytes[2] = (byte) third;
                    bytes[3] = (byte) (ThreadLocalRandom.current().nextInt(0x80) + 0x60);
                    for (int length = 1; length <= bytes.length; length++) {
                        byte[] text = new byte[8 + length];
                        Arrays.fill(text, (byte) 'x');
                        System.arraycopy(bytes, 0, text, 8, length);
                        assertThat(Utf8.isValid(text))
                                .as("%s", Arrays.toString(text))
                                .isEqualTo(isDecodable(text));
                    }
                }
            }
        }
    }

    private static boolean isDecodable(byte[] text) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** Documents of every kind, most of them with what is looked for. */
    private static final class Documents {
        private static final String[] NAMES = {
            "id", "id", "a", "error", "errors", "as", "ids", "", "é", "0", "1", "data", "items", "text", "漢"
        };
        private static final String[] ESCAPED = {"i\\u0064", "a\\\"b", "x\\ud800", "\\/"};
        private static final String[] SCALARS = {
            "1",
            "0",
            "-0",
            "17.25",
            "-1e9",
            "1E+2",
            "1e-400",
            "12345678901234567890123",
            "true",
            "false",
            "null",
            "\"\"",
            "\"a17\"",
            "\"id\"",
            "\"ключ\"",
            "\"\uD83D\uDE00\"",
            "\"a\\\\\"",
            "\"\\u00e9\\n\"",
            "\"\\ud800\"",
            "\"a text that is longer than some\"",
            "\"ein Text, der größer ist und länger\"",
            "\"\u007f\u0080\u2028\""
        };
        private static final String[] SPACES = {"", "", "", "", " ", "\n", "\r\n", "\t  "};

        static String any(Random random) {
            StringBuilder out = new StringBuilder();
            int kind = random.nextInt(8);
            if (kind == 0) {
                out.append("[".repeat(20 + random.nextInt(30)));
            }
            value(out, random, kind < 6 ? 4 : 1);
            if (kind == 0) {
                out.append("]".repeat(20 + random.nextInt(30)));
            }
            return out.append(kind == 1 ? some(SPACES, random) + some(SCALARS, random) : "")
                    .toString();
        }

        private static String some(String[] of, Random random) {
            return of[random.nextInt(of.length)];
        }

        private static void value(StringBuilder out, Random random, int depth) {
            out.append(some(SPACES, random));
            int size = random.nextInt(5);
            switch (depth == 0 ? 2 : random.nextInt(3)) {
                case 0 -> {
                    out.append('{');
                    for (int i = 0; i < size; i++) {
                        out.append(i == 0 ? "" : ",").append(some(SPACES, random));
                        out.append('"')
                                .append(some(random.nextInt(50) == 0 ? ESCAPED : NAMES, random))
                                .append('"')
                                .append(some(SPACES, random));
                        value(out.append(':'), random, depth - 1);
                    }
                    out.append(some(SPACES, random)).append('}');
                }
                case 1 -> {
                    out.append('[');
                    for (int i = 0; i < size; i++) {
                        value(out.append(i == 0 ? "" : ","), random, depth - 1);
                    }
                    out.append(some(SPACES, random)).append(']');
                }
                default -> out.append(some(SCALARS, random));
            }
            out.append(some(SPACES, random));
        }
    }
}
