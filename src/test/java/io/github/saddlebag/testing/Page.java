package io.github.saddlebag.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A page of the documentation, whose code the tests run. */
public record Page(String text) {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\n(.*?)^```$");

    public static Page of(String file) throws Exception {
        return at(Path.of("docs", file));
    }

    /** One that stands elsewhere. */
    public static Page at(Path file) throws Exception {
        return new Page(Files.readString(file));
    }

    /** The blocks of code in a language, in their order. */
    public List<String> code(String language) {
        return BLOCK.matcher(text)
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    /** The one block of code in a language that contains a text. */
    public String code(String language, String containing) {
        return code(language).stream()
                .filter(block -> block.contains(containing))
                .findFirst()
                .orElseThrow();
    }
}
