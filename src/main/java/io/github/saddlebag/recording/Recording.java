package io.github.saddlebag.recording;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.saddlebag.advice.Advice;
import io.github.saddlebag.advice.Evidence;
import io.github.saddlebag.batch.BatchStats;
import io.github.saddlebag.runtime.UsageException;
import io.github.saddlebag.stats.CallOutcome;
import io.github.saddlebag.stats.Cause;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.stats.SentCall;
import io.github.saddlebag.stats.Wait;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a {@link Recorder} wrote, counted again as it was counted when it happened. */
public final class Recording {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** No line of ours is longer. */
    private static final int LONGEST = 16 << 20;

    private final Path file;
    private final List<Pipeline> pipelines = new ArrayList<>();
    private long lines;
    private long lastMicros;
    private End end = End.CUT;

    /** How it ends. */
    public enum End {
        /** With its run. */
        STOP,
        /** It had as many bytes as it may have. */
        FULL,
        /** The run was killed, is under way, or could not write. */
        CUT
    }

    /** A pipeline that was recorded, and what its settings could be. */
    public static final class Pipeline {

        private final String name;
        private final Evidence.Settings settings;
        private final PipelineStats calls = new PipelineStats();
        private final BatchStats items = new BatchStats();
        private double learnedRate;
        private long callsBegin = Long.MAX_VALUE;
        private long callsEnd = Long.MAX_VALUE;

        private Pipeline(String name, Evidence.Settings settings) {
            this.name = name;
            this.settings = settings;
            calls.pace(() -> PipelineStats.Pause.NONE, () -> Duration.ZERO, () -> learnedRate);
        }

        public String name() {
            return name;
        }

        /** Batches that left. */
        public long batches() {
            return items.batches();
        }

        /** Requests that are over. */
        public long calls() {
            return calls.calls();
        }

        /** Which settings would have served better. */
        public List<Advice> advice() {
            return Advice.of(Evidence.of(calls, items, settings, Duration.ofNanos(callsEnd - callsBegin)));
        }
    }

    private Recording(Path file) {
        this.file = file;
    }

    /**
     * Reads one; what was torn off in its last line is left out.
     *
     * @throws UsageException it is none, or broken within
     */
    public static Recording read(Path file) throws IOException, UsageException {
        Recording recording = new Recording(file);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            recording.read(in);
        }
        return recording;
    }

    public List<Pipeline> pipelines() {
        return List.copyOf(pipelines);
    }

    /** From its beginning to what happened last. */
    public Duration length() {
        return Duration.ofNanos(lastMicros * 1000);
    }

    public End end() {
        return end;
    }

    private void read(InputStream in) throws IOException, UsageException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        while (next >= 0) {
            if (next == '\n') {
                lines++;
                take(line.toByteArray());
                line.reset();
            } else if (line.size() < most()) {
                line.write(next);
            } else {
                lines++;
                throw strange("it has more than " + line.size() + " bytes");
            }
            next = in.read();
        }
        if (pipelines.isEmpty()) {
            lines++;
            throw strange(line.size() == 0 ? "the file is empty" : "it does not begin as a recording does");
        }
    }

    /** A foreign file may be one line. */
    private int most() {
        return pipelines.isEmpty() ? 1 << 16 : LONGEST;
    }

    private UsageException strange(String what) {
        boolean foreign = pipelines.isEmpty();
        return new UsageException(file + ", line " + lines + ": " + what + "; "
                + (foreign
                        ? "a recording is what process, run or serve write with --record FILE."
                        : "was it edited? Without this line, or recorded anew, it can be read."));
    }

    private void take(byte[] line) throws UsageException {
        try {
            JsonNode json = JSON.readTree(line);
            if (pipelines.isEmpty()) {
                begin(json);
            } else {
                take(json);
            }
        } catch (JsonProcessingException e) {
            throw strange("it is no JSON");
        } catch (IOException e) {
            throw strange("it cannot be read");
        }
    }

    private void begin(JsonNode json) throws UsageException {
        if (!json.has("saddlebag_recording")) {
            throw strange("it does not begin as a recording does");
        }
        long version = number(json, "saddlebag_recording");
        if (version != Recorder.VERSION) {
            throw strange("it is of version " + version + ", and this Saddlebag reads version " + Recorder.VERSION);
        }
        for (JsonNode pipeline : json.path("pipelines")) {
            pipelines.add(new Pipeline(
                    pipeline.path("name").asText(),
                    new Evidence.Settings(
                            (int) number(pipeline, "max_items"),
                            Duration.ofNanos(number(pipeline, "max_wait_ns")),
                            (int) number(pipeline, "concurrency"))));
        }
        if (pipelines.isEmpty()) {
            throw strange("it names no pipelines");
        }
    }

    private void take(JsonNode json) throws UsageException {
        if (json.has("end")) {
            end = one(End.class, json, "end");
            return;
        }
        lastMicros = Math.max(lastMicros, number(json, "at_us"));
        long which = json.has("pipeline") ? number(json, "pipeline") : 0;
        if (which >= pipelines.size()) {
            throw strange("pipeline " + which + " is none of the " + pipelines.size() + " of its first line");
        }
        Pipeline pipeline = pipelines.get((int) which);
        if (json.has("batch")) {
            String id = json.get("batch").asText();
            JsonNode joined = json.path("joined");
            for (int i = 0; i + 1 < joined.size(); i += 2) {
                pipeline.items.joined(id, number(joined.get(i)), (int) number(joined.get(i + 1)));
            }
            pipeline.items.closed(id, one(Cause.class, json, "cause"), (int) number(json, "items"), number(json, "ns"));
        } else if (json.has("call")) {
            CallOutcome outcome = one(CallOutcome.class, json, "call");
            int status = (int) number(json, "status");
            pipeline.callsEnd = number(json, "at_us") * 1000;
            pipeline.callsBegin = Math.min(pipeline.callsBegin, pipeline.callsEnd - number(json, "ns"));
            pipeline.calls.over(new SentCall(number(json, "ns"), outcome, status, "", null, null));
        } else if (json.has("wait")) {
            pipeline.calls.waited(one(Wait.class, json, "wait"), number(json, "ns"));
        } else if (json.has("refused")) {
            pipeline.calls.refused();
        } else if (json.path("learned_rate").isNumber()) {
            pipeline.learnedRate = json.get("learned_rate").asDouble();
        } else {
            throw strange("it is no line of a recording");
        }
    }

    private <E extends Enum<E>> E one(Class<E> type, JsonNode json, String member) throws UsageException {
        String text = json.path(member).asText();
        for (E each : type.getEnumConstants()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
                return each;
            }
        }
        throw strange(member + " is not one that is recorded");
    }

    private long number(JsonNode json, String member) throws UsageException {
        JsonNode value = json.get(member);
        if (value == null) {
            throw strange("it has no " + member);
        }
        return number(value);
    }

    private long number(@Nullable JsonNode value) throws UsageException {
        if (value == null || !value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
            throw strange("a number in it is none from 0 on");
        }
        return value.asLong();
    }
}
