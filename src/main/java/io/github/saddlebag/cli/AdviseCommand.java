package io.github.saddlebag.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.saddlebag.advice.Advice;
import io.github.saddlebag.progress.Progress;
import io.github.saddlebag.progress.Summary;
import io.github.saddlebag.recording.Recording;
import io.github.saddlebag.runtime.ExitCode;
import io.github.saddlebag.runtime.UsageException;
import io.github.saddlebag.support.UnwritableException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says which wait, size and concurrency would have served a run better that was recorded. */
@Command(
        name = "advise",
        description =
                "Says which wait, batch size and concurrency would have been better, from a recording of --record.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "process, run and serve write FILE with --record FILE; it can be read while they run.",
            "If there is no advice, the settings are right, or fewer than 100 batches and requests were recorded.",
            "",
            "Exit status: 0 with or without advice; 2 FILE cannot be read.",
            "",
            "Examples:",
            "  saddlebag serve --url https://api.example.com/batch --record serve.rec",
            "  saddlebag advise serve.rec",
        })
final class AdviseCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "a recording of --record")
    private Path file;

    @Option(names = "--json", description = "print it as one line of JSON")
    private boolean json;

    @Override
    public Integer call() throws UsageException {
        FileChecks.checkReadable("FILE", file);
        try {
            show(Recording.read(file));
            return ExitCode.OK;
        } catch (IOException e) {
            throw new UsageException("FILE " + file + ": it cannot be read: " + UnwritableException.words(e));
        }
    }

    private void show(Recording recording) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json(recording));
        } else {
            out.println(Progress.text("%s: %.1f s%s", file, seconds(recording), end(recording)));
            recording.pipelines().forEach(pipeline -> show(pipeline, out));
        }
        out.flush();
    }

    private static double seconds(Recording recording) {
        return recording.length().toMillis() / 1000.0;
    }

    private static String end(Recording recording) {
        return switch (recording.end()) {
            case STOP -> "";
            case FULL -> ", and the run went on when the recording was as large as it may be";
            case CUT -> ", and its end is missing: the run is under way, was killed, or could not write";
        };
    }

    private static void show(Recording.Pipeline pipeline, PrintWriter out) {
        out.println(line(
                pipeline.name(), Progress.text("%,d batches, %,d requests", pipeline.batches(), pipeline.calls())));
        List<Advice> advice = pipeline.advice();
        advice.forEach(each -> out.println(line("advice", each.words())));
        if (advice.isEmpty()) {
            boolean few = Math.max(pipeline.batches(), pipeline.calls()) < Advice.ENOUGH;
            out.println(line("advice", few ? "none: " + Advice.ENOUGH + " of them say enough" : "none"));
        }
    }

    private static String line(String what, String words) {
        return Progress.text("  %-11s %s", what, words);
    }

    private String json(Recording recording) throws IOException {
        ObjectNode all = JSON.createObjectNode();
        all.put("file", file.toString());
        all.put("seconds", seconds(recording));
        all.put("end", recording.end().name().toLowerCase(Locale.ROOT));
        ArrayNode pipelines = all.putArray("pipelines");
        for (Recording.Pipeline pipeline : recording.pipelines()) {
            ObjectNode one = pipelines.addObject();
            one.put("pipeline", pipeline.name());
            one.put("batches", pipeline.batches());
            one.put("requests", pipeline.calls());
            Summary.put(one, pipeline.advice());
        }
        return JSON.writeValueAsString(all);
    }
}
