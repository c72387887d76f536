package io.github.saddlebag.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.Mutations;
import io.github.saddlebag.unpack.UnreadableInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Inputs with errors anywhere: each is read to its end or refused, and goes on from any place as it was read before. */
@Timeout(120)
class MutatedInputTest {

    private static final int MAX = 1000;

    private static final String[] JSON = {
        "[{\"id\":1,\"text\":\"a\\\"b\"},[1,2,{}],\"x]\",null , 1.5e3]",
        "[]",
        "[\n {\"a\": {\"b\": []}},\n {\"c\": \"\\u00e4\"}\n]\n"
    };

    private static final String[] ROWS = {
        "id,text\n1,one\n2,\"two, \"\"quoted\"\"\nlines\"\n3,three\n",
        "sep=;\r\nid;text\r\n1;a\r\n",
        "a\tb\r1\t2\r3\t4\r"
    };

    private static final String[] LINES = {"{\"id\":1}\n{\"id\":2}\r\n\n[3]\n\"four\"", "\uFEFFa\nb\n\n\nc", "one"};

    private static ByteInput bytes(byte[] input, long from) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(input);
        in.skip(from);
        return new ByteInput(in, MAX, from, Long.MAX_VALUE);
    }

    /** What was read: each text with its number, and the places behind it. */
    private record Read(List<String> items, List<ItemInput.Place> places) {

        private static Read all(ItemInput input, int length) throws IOException {
            Read read = new Read(new ArrayList<>(), new ArrayList<>());
            long behind = -1;
            for (byte[] item = input.next(); item != null; item = input.next()) {
                read.items.add(input.number() + ":" + new String(item, "ISO-8859-1") + input.problem());
                ItemInput.Place place = input.place();
                assertThat(place.offset()).isGreaterThanOrEqualTo(behind).isLessThanOrEqualTo(length);
                behind = place.offset();
                read.places.add(place);
                assertThat(read.items).hasSizeLessThanOrEqualTo(length + 1);
            }
            return read;
        }
    }

    @Test
    void shouldReadOrRefuseAnyArray() {
        Mutations.feed(
                input -> {
                    try (ArrayReader reader = new ArrayReader(bytes(input, 0), ItemInput.Place.BEGIN, false)) {
                        reader.checkBegin();
                        Read.all(reader, input.length);
                    } catch (UnreadableInputException e) {
                        assertThat(e).hasMessageContaining(" ");
                    }
                },
                JSON);
    }

    @Test
    void shouldReadOrRefuseAnyRows() {
        Mutations.feed(
                input -> {
                    try (CsvReader reader = CsvReader.open(bytes(input, 0), ',')) {
                        Read.all(reader, input.length);
                    } catch (UnreadableInputException e) {
                        assertThat(e).hasMessageContaining(" ");
                    }
                },
                ROWS);
    }

    @Test
    void shouldReadAnyLinesAndGoOnFromAnyPlace() {
        Mutations.feed(
                input -> {
                    Read all = Read.all(new LineReader(new ByteArrayInputStream(input), MAX), input.length);
                    for (int i = 0; i < all.places.size(); i++) {
                        ByteArrayInputStream rest = new ByteArrayInputStream(input);
                        rest.skip(all.places.get(i).offset());
                        Read more =
                                Read.all(new LineReader(rest, MAX, all.places.get(i), Long.MAX_VALUE), input.length);
                        assertThat(more.items).isEqualTo(all.items.subList(i + 1, all.items.size()));
                    }
                },
                LINES);
    }
}
