package io.github.saddlebag.cli;

import io.github.saddlebag.recording.Recorder;
import io.github.saddlebag.runtime.UsageException;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where it is written down when batches and requests were, for {@code advise}. */
final class RecordOption {

    @Option(
            names = "--record",
            paramLabel = "FILE",
            description = "record ids and times of batches and requests for advise, at most 100 MB")
    private @Nullable Path file;

    /** Null: nothing is recorded. */
    @Nullable
    Path file() {
        return file;
    }

    /** Refuses, before anything is begun, a file that cannot be written or that is something else. */
    void check() throws UsageException {
        if (file != null) {
            FileChecks.checkWritable("--record", file);
            Recorder.check(file);
        }
    }

    /** Records from now on, where that is wanted. */
    void start(CamelContext context) throws UsageException {
        if (file != null) {
            Recorder.start(context, file);
        }
    }
}
