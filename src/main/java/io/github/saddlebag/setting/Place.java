package io.github.saddlebag.setting;

import java.util.Set;

/**
 * What of {@code saddlebag.*} names a place, which a pipeline that has no place of its own shares with nobody: the folder
 * {@code D} becomes {@code D/NAME}, the file {@code D/f} {@code D/NAME/f}, the consumer group {@code G} {@code G-NAME},
 * the path {@code /p} {@code /p/NAME} and {@code direct:saddlebag-x} {@code direct:NAME-x}. What is only read stays.
 */
final class Place {

    private static final Set<String> FOLDERS = Set.of("source.file.directory", "deliver.directory", "job.directory");
    private static final Set<String> FILES = Set.of("deliver.file", "dead-letter.file");
    private static final String DESTINATION = "deliver.destination.";
    private static final String FILE = "file:";
    private static final String DIRECT = "direct:" + Pipeline.DEFAULT + '-';
    private static final String STANDARD_OUTPUT = "-";

    private Place() {}

    /**
     * The value for a pipeline.
     *
     * @param noun the property without {@code saddlebag.}
     * @param value what {@code saddlebag.*} says
     */
    static String of(String noun, String value, String pipeline) {
        if (value.isBlank()) {
            return value;
        }
        String place = value.trim();
        if (FOLDERS.contains(noun)) {
            return below(place, pipeline);
        }
        if (FILES.contains(noun)) {
            return place.equals(STANDARD_OUTPUT) ? place : file(place, pipeline);
        }
        if (noun.startsWith(DESTINATION) && place.startsWith(FILE)) {
            return FILE + file(place.substring(FILE.length()), pipeline);
        }
        if (noun.equals("source.kafka.group")) {
            return place + '-' + pipeline;
        }
        if (noun.equals("source.http.path")) {
            return below(place, pipeline);
        }
        if (place.startsWith(DIRECT)) {
            return "direct:" + pipeline + '-' + place.substring(DIRECT.length());
        }
        return value;
    }

    private static String below(String folder, String pipeline) {
        return folder.endsWith("/") ? folder + pipeline : folder + '/' + pipeline;
    }

    private static String file(String path, String pipeline) {
        int name = path.lastIndexOf('/') + 1;
        return path.substring(0, name) + pipeline + '/' + path.substring(name);
    }
}
