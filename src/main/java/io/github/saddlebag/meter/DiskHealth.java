package io.github.saddlebag.meter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.jspecify.annotations.Nullable;

/** Whether there is room where results are written. Without it nothing is lost, and nothing gets on. */
final class DiskHealth extends OwnCheck {

    private static final long LEAST = 1 << 20;

    private final Path folder;
    private final Space space;

    /** How many bytes may be written there. */
    interface Space {
        long of(Path folder) throws IOException;
    }

    DiskHealth(Path folder) {
        this(folder, existing -> Files.getFileStore(existing).getUsableSpace());
    }

    DiskHealth(Path folder, Space space) {
        super("saddlebag-disk");
        this.folder = folder.toAbsolutePath();
        this.space = space;
    }

    @Override
    public Result call(Map<String, Object> options) {
        HealthCheckResultBuilder builder = HealthCheckResultBuilder.on(this);
        try {
            Path existing = existing();
            if (existing == null) {
                return builder.unknown().build();
            }
            long left = space.of(existing);
            builder.detail("usableBytes", left);
            return left >= LEAST
                    ? builder.up().build()
                    : builder.message(folder + ": the disk is full, " + left
                                    + " bytes can be written. Results wait in memory until there is room.")
                            .down()
                            .build();
        } catch (IOException e) {
            return builder.message(folder + " cannot be written: " + e.getMessage())
                    .down()
                    .build();
        }
    }

    private @Nullable Path existing() {
        Path existing = folder;
        while (existing != null && Files.notExists(existing)) {
            existing = existing.getParent();
        }
        return existing;
    }
}
