package io.github.saddlebag.output;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The name of a file that makes way for another one: with the time behind it, so that they sort by their age. */
public final class AsideName {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private AsideName() {}

    /** What stands behind the name. */
    public static String time(Instant now) {
        return TIME.format(now);
    }

    /** @param time of {@link #time} */
    public static Path of(Path file, String time) {
        return file.resolveSibling(file.getFileName() + "." + time);
    }

    /** One that no file has; where one of this millisecond is there, that of the next one that is free. */
    public static Path free(Path file, Instant now) {
        Instant at = now;
        while (Files.exists(of(file, time(at)), LinkOption.NOFOLLOW_LINKS)) {
            at = at.plusMillis(1);
        }
        return of(file, time(at));
    }
}
