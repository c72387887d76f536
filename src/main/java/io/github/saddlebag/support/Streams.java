package io.github.saddlebag.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Outputs that are no files. */
public final class Streams {

    private static final String STDOUT = "-";
    private static final Set<String> OTHER_NAMES = Set.of("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1");
    private static final Path DEVICES = Path.of("/dev");

    private Streams() {}

    /**
     * The name of an output, {@code -} where it is standard output: opened as a file, what is printed after it would be
     * written over it.
     */
    public static String named(String output) {
        return OTHER_NAMES.contains(output) ? STDOUT : output;
    }

    /** Whether it is standard output or a device, in whose folder nothing else belongs. */
    public static boolean hasNoFolder(String output) {
        String name = named(output);
        Path path = Path.of(name).toAbsolutePath();
        return name.equals(STDOUT)
                || path.startsWith(DEVICES)
                        && Files.exists(path)
                        && !Files.isRegularFile(path)
                        && !Files.isDirectory(path);
    }
}
