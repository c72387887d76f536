package io.github.saddlebag.meter;

import io.github.saddlebag.setting.Pipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.jspecify.annotations.Nullable;

/** Whether there is room where results are written. Without it nothing is lost, and nothing gets on. */
final class DiskHealth extends OwnCheck {

    private static final long LEAST = 1 << 20;

    private final List<Path> folders;
    private final Space space;

    /** How many bytes may be written there. */
    interface Space {
        long of(Path folder) throws IOException;
    }

    /** @param folders where results, dead letters and what is kept beside them of a pipeline are written */
    DiskHealth(String pipeline, List<Path> folders) {
        this(pipeline, folders, existing -> Files.getFileStore(existing).getUsableSpace());
    }

    DiskHealth(String pipeline, List<Path> folders, Space space) {
        super("saddlebag-disk" + (pipeline.equals(Pipeline.DEFAULT) ? "" : '-' + pipeline));
        this.folders = folders.stream().map(Path::toAbsolutePath).distinct().toList();
        this.space = space;
    }

    @Override
    public Result call(Map<String, Object> options) {
        HealthCheckResultBuilder builder = HealthCheckResultBuilder.on(this);
        long least = Long.MAX_VALUE;
        for (Path folder : folders) {
            try {
                Path existing = existing(folder);
                long left = existing == null ? Long.MAX_VALUE : space.of(existing);
                if (left < LEAST) {
                    return builder.detail("usableBytes", left)
                            .message(folder + ": the disk is full, " + left
                                    + " bytes can be written. Results wait in memory until there is room.")
                            .down()
                            .build();
                }
                least = Math.min(least, left);
            } catch (IOException e) {
                return builder.message(folder + " cannot be written: " + e.getMessage())
                        .down()
                        .build();
            }
        }
        return least == Long.MAX_VALUE
                ? builder.unknown().build()
                : builder.detail("usableBytes", least).up().build();
    }

    private static @Nullable Path existing(Path folder) {
        Path existing = folder;
        while (existing != null && Files.notExists(existing)) {
            existing = existing.getParent();
        }
        return existing;
    }
}
