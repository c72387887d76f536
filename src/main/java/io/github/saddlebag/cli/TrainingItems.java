package io.github.saddlebag.cli;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Items as users have them, for the training: of many sizes, with escapes, nested values and other letters. */
final class TrainingItems {

    private static final List<String> WORDS = List.of(
            "Mill",
            "Lane",
            "Kettleford",
            "Old",
            "Church",
            "Road",
            "North",
            "Square",
            "Übersee",
            "Rue",
            "Élysée",
            "Upper");
    private static final int[] LENGTHS = {1, 2, 3, 4, 6, 10, 10, 18, 40, 150};
    private static final long SEED = 7;

    private TrainingItems() {}

    /** A file with an item on each line. */
    static Path lines(Path file, int items) throws IOException {
        try (Writer out = Files.newBufferedWriter(file)) {
            write(out, items, "", "\n");
        }
        return file;
    }

    /** A file that is a JSON array of items. */
    static Path array(Path file, int items) throws IOException {
        try (Writer out = Files.newBufferedWriter(file)) {
            out.write("[\n");
            write(out, items, ",\n", "");
            out.write("\n]\n");
        }
        return file;
    }

    private static void write(Writer out, int items, String between, String end) throws IOException {
        Random random = new Random(SEED);
        StringBuilder item = new StringBuilder();
        for (int i = 0; i < items; i++) {
            item.setLength(0);
            item.append(i == 0 ? "" : between).append("{");
            if (i % 7 == 0) {
                item.append("\"kind\":{\"floor\":").append(i % 9).append(",\"tags\":[\"a\",\"b\",null,true]},");
            }
            item.append("\"id\":").append(i % 5 == 0 ? String.valueOf(i) : "\"k-" + i + "\"");
            item.append(",\"address\":\"").append(i);
            for (int words = LENGTHS[random.nextInt(LENGTHS.length)]; words > 0; words--) {
                item.append(' ').append(WORDS.get(random.nextInt(WORDS.size())));
            }
            item.append(i % 30 == 0 ? " \\\"The \\u00e9 Mill\\\"\\n" : "").append("\"");
            item.append(i % 3 == 0 ? ", \"price\": 12.5e1" : "").append("}").append(end);
            out.append(item);
        }
    }

    /** Takes the folder away, and what stands in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
