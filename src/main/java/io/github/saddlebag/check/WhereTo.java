package io.github.saddlebag.check;

import io.github.saddlebag.runtime.Standalone;
import io.github.saddlebag.setting.Setting;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Where results and dead letters go, in words.
 *
 * @param values a property's value by its name without {@code saddlebag.}; empty where it has none
 */
public record WhereTo(UnaryOperator<String> values) {

    /** The endpoint of dead letters that go to a topic. */
    static final String LETTERS_TO_TOPIC = "direct:saddlebag-dead-letters-kafka";

    private static final String LETTERS_TO_FILES = "direct:saddlebag-dead-letters";

    private static final List<String> LETTERS = List.of(LETTERS_TO_FILES, LETTERS_TO_TOPIC);

    /** Of the pipeline of a runtime that is looked at. */
    public static WhereTo of(Standalone standalone) {
        return new WhereTo(noun -> {
            String value = standalone.property("saddlebag." + noun);
            return LETTERS.stream()
                    .filter(letters -> value.equals(standalone.named(letters)))
                    .findFirst()
                    .orElse(value);
        });
    }

    /** One sentence, without an end. */
    public String words() {
        String results = results();
        String letters = letters();
        String chosen = values.apply("deliver.to-header").isBlank()
                        && values.apply("deliver.to-rule").isBlank()
                ? ""
                : ", where nothing else is chosen";
        return results.equals(letters)
                ? "results and dead letters " + results + chosen
                : "results " + results + chosen + ", dead letters " + letters;
    }

    private String results() {
        return switch (values.apply("deliver.to")) {
            case "kafka" -> toTopic(values.apply("deliver.kafka.topic"));
            case "direct" -> "go to " + Setting.withoutQuery(values.apply("deliver.direct.to"));
            case "none" -> "are not kept";
            default -> toFile(values.apply("deliver.file"));
        };
    }

    private String letters() {
        String to = values.apply("dead-letter.to");
        return switch (to) {
            case LETTERS_TO_FILES -> toFile(values.apply("dead-letter.file"));
            case LETTERS_TO_TOPIC -> toTopic(values.apply("dead-letter.kafka.topic"));
            default -> "go to " + Setting.withoutQuery(to);
        };
    }

    private String toTopic(String topic) {
        return "go to the topic " + topic + " of " + values.apply("deliver.kafka.brokers");
    }

    private String toFile(String file) {
        return "are written to " + (file.isEmpty() ? values.apply("deliver.directory") + "/" : file);
    }
}
