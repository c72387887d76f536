package io.github.saddlebag.recording;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.saddlebag.batch.BatchComponent;
import io.github.saddlebag.batch.BatchStats;
import io.github.saddlebag.meter.PipelineMeters;
import io.github.saddlebag.runtime.UsageException;
import io.github.saddlebag.stats.Cause;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.stats.SentCall;
import io.github.saddlebag.stats.Wait;
import io.github.saddlebag.support.UnwritableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.OnCamelContextStopped;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down when batches left and items joined them, and how long requests waited and took, until the context stops. Ids
 * of batches, times and counts are all that is in it: nothing of items, no address, no header. The run never waits for it,
 * and goes on where it ends.
 */
public final class Recorder {

    static final int VERSION = 1;

    /** What each recording begins with. */
    static final String BEGINNING = "{\"saddlebag_recording\":";

    /** A recording has no more bytes than this. */
    static final long MOST = 100_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);

    /** A learned rate that moved less than this is the same. */
    private static final double SAME = 0.01;

    private final long beganNanos = System.nanoTime();
    private final List<Heard> heard = new ArrayList<>();
    private final RecordFile file;

    private Recorder(OutputStream out, long most, Consumer<String> ended) {
        file = new RecordFile(out, most, () -> heard.forEach(each -> each.rate(SAME)), reason -> {
            forget();
            ended.accept(reason);
        });
    }

    /**
     * Says whether a recording can be written there: in the place of none, or of another recording.
     *
     * @throws UsageException something else is there
     */
    public static void check(Path file) throws UsageException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        boolean replaceable = Files.isRegularFile(file);
        if (replaceable) {
            try (InputStream in = Files.newInputStream(file)) {
                String first = new String(in.readNBytes(BEGINNING.length()), StandardCharsets.UTF_8);
                replaceable = first.isEmpty() || first.equals(BEGINNING);
            } catch (IOException e) {
                replaceable = false;
            }
        }
        if (!replaceable) {
            throw new UsageException("--record " + file
                    + ": it exists and is not a recording; only a recording would be replaced. Name another file.");
        }
    }

    /**
     * Records all pipelines of the context from now on.
     *
     * @throws UsageException the file cannot be made
     */
    public static void start(CamelContext context, Path file) throws UsageException {
        check(file);
        OutputStream out;
        try {
            out = RecordFile.create(file);
        } catch (IOException e) {
            String words = e instanceof FileSystemException system
                    ? UnwritableException.words(system)
                    : String.valueOf(e.getMessage());
            throw new UsageException("--record " + file + ": it cannot be written: " + words);
        }
        start(
                context,
                out,
                MOST,
                reason -> LOG.warn("--record {}: {}; the recording ends here, and the run continues.", file, reason));
    }

    static void start(CamelContext context, OutputStream out, long most, Consumer<String> ended) {
        Recorder recorder = new Recorder(out, most, ended);
        BatchComponent component = context.getComponent("batch", BatchComponent.class);
        List<PipelineMeters> pipelines = context.getRegistry().findByType(PipelineMeters.class).stream()
                .sorted(Comparator.comparing(PipelineMeters::pipeline))
                .toList();
        recorder.begin(pipelines, component);
        context.addLifecycleStrategy(LifecycleStrategySupport.adapt((OnCamelContextStopped) stopped -> recorder.end()));
    }

    private void begin(List<PipelineMeters> pipelines, BatchComponent component) {
        ObjectNode first = JsonNodeFactory.instance.objectNode();
        first.put("saddlebag_recording", VERSION).put("began", Instant.now().toString());
        ArrayNode all = first.putArray("pipelines");
        for (PipelineMeters pipeline : pipelines) {
            all.addObject()
                    .put("name", pipeline.pipeline())
                    .put("max_items", pipeline.maxItems())
                    .put("max_wait_ns", pipeline.maxWait().toNanos())
                    .put("concurrency", pipeline.concurrency());
            String which = heard.isEmpty() ? "" : ",\"pipeline\":" + heard.size();
            heard.add(new Heard(pipeline.stats(), component.stats(pipeline.pipeline()), which));
        }
        file.add(first.toString());
        file.start();
        heard.forEach(Heard::begin);
    }

    private void forget() {
        heard.forEach(Heard::forget);
    }

    private void end() {
        forget();
        heard.forEach(each -> each.rate(0));
        file.close();
    }

    /** What is heard of a pipeline. */
    private final class Heard implements PipelineStats.Listener, BatchStats.Listener {

        private final PipelineStats calls;
        private final @Nullable BatchStats items;
        private final String which;
        /** When items joined the batches that are open, by the ids of these. */
        private final Map<String, StringBuilder> joined = new ConcurrentHashMap<>();

        private double rate;

        Heard(PipelineStats calls, @Nullable BatchStats items, String which) {
            this.calls = calls;
            this.items = items;
            this.which = which;
        }

        void begin() {
            calls.add(this);
            if (items != null) {
                items.listener(this);
            }
        }

        void forget() {
            calls.remove(this);
            if (items != null) {
                items.listener(null);
            }
            joined.clear();
        }

        private void write(String line) {
            long micros = (System.nanoTime() - beganNanos) / 1000;
            file.add("{\"at_us\":" + micros + which + line + '}');
        }

        @Override
        public void over(SentCall call) {
            write(",\"call\":\"" + call.outcome().tag() + "\",\"status\":" + call.status() + ",\"ns\":"
                    + Math.max(0, call.nanos()));
        }

        @Override
        public void waited(Wait cause, long nanos) {
            write(",\"wait\":\"" + cause.tag() + "\",\"ns\":" + Math.max(0, nanos));
        }

        @Override
        public void refused() {
            write(",\"refused\":1");
        }

        /** Writes the rate that refusals taught, if it moved by more than this share. */
        synchronized void rate(double share) {
            // one that has grown without end is as good as none, and no JSON
            double now = Math.min(Double.MAX_VALUE, calls.learnedRate());
            if (Math.abs(now - rate) > share * rate) {
                rate = now;
                write(",\"learned_rate\":" + now);
            }
        }

        @Override
        public void joined(String batch, long afterNanos, int items) {
            joined.computeIfAbsent(batch, id -> new StringBuilder())
                    .append(',')
                    .append(Math.max(0, afterNanos))
                    .append(',')
                    .append(items);
        }

        @Override
        public void closed(String batch, Cause cause, int items, long waitedNanos) {
            StringBuilder those = joined.remove(batch);
            write(",\"batch\":\"" + new String(JsonStringEncoder.getInstance().quoteAsString(batch)) + "\",\"cause\":\""
                    + cause.tag() + "\",\"items\":" + items + ",\"ns\":" + waitedNanos + ",\"joined\":["
                    + (those == null ? "" : those.substring(1)) + ']');
        }
    }
}
