package io.github.saddlebag;

import io.github.saddlebag.config.Settings;
import io.github.saddlebag.job.JobStore;
import io.github.saddlebag.meter.PipelineMeters;
import io.github.saddlebag.stats.PipelineStats;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The beans of what was counted, and of which jobs there are: they stay, whatever becomes of the others. */
final class KeptBeans {

    final PipelineStats stats;
    final JobStore jobStore;

    KeptBeans(Made made, Settings settings) throws Exception {
        stats = made.add("Stats", new PipelineStats());

        PipelineMeters meters =
                made.add("Meters", new PipelineMeters(made.pipeline(), stats, settings, folders(settings)));
        meters.init();

        jobStore = made.add("JobStore", new JobStore(settings));
        jobStore.init();
    }

    /** Where something is written: checkpoints and kept answers stand beside the results. */
    private static List<Path> folders(Settings settings) {
        List<Path> folders = new ArrayList<>();
        folders.add(Path.of(settings.deliver().directory()));
        for (String file :
                List.of(settings.deliver().file(), settings.deadLetter().file())) {
            Path parent = file.isBlank() || file.equals("-")
                    ? null
                    : Path.of(file).toAbsolutePath().getParent();
            if (parent != null) {
                folders.add(parent);
            }
        }
        if (!settings.job().directory().isBlank()) {
            folders.add(Path.of(settings.job().directory()));
        }
        return folders;
    }
}
