package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.batch.Position;
import io.github.saddlebag.config.DeliverSettings;
import io.github.saddlebag.output.AppendFile;
import io.github.saddlebag.output.ResultLines;
import io.github.saddlebag.output.Roll;
import io.github.saddlebag.setting.EndsWithContext;
import io.github.saddlebag.support.LockedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The files for outcomes of sources that are no files and have no end: topics, timers, callers. Each source has a pair
 * of them, which is appended to. As a step it waits until what was written is on the disk.
 */
public final class SourceFiles implements Processor, EndsWithContext {

    /** The source of items that came from none with a name: callers inside the runtime. */
    static final String NO_SOURCE = "items";

    private static final Pattern NOT_IN_A_NAME = Pattern.compile("[^A-Za-z0-9._-]|^\\.");
    private static final int LONGEST_NAME = 200;

    private final Map<Path, AppendFile> files = new ConcurrentHashMap<>();
    private final String directory;
    private final String resultFile;
    private final String deadLetterFile;
    private final Roll roll;
    private final ResultLines lines;

    /** @param deadLetterFile the one file for dead letters; empty: one for each source */
    public SourceFiles(DeliverSettings settings, String deadLetterFile) {
        this.directory = settings.directory();
        this.resultFile = settings.file();
        this.deadLetterFile = deadLetterFile;
        this.roll = Roll.of(settings.roll());
        this.lines = new ResultLines(settings.details());
    }

    /** Appends the result lines of these outcomes. */
    void results(List<Outcome> outcomes) throws IOException {
        for (Map.Entry<String, List<Outcome>> source : bySource(outcomes).entrySet()) {
            byte[] text = lines.of(source.getValue());
            if (resultFile.equals("-")) {
                System.out.write(text);
                System.out.flush();
                if (System.out.checkError()) {
                    throw new IOException("Standard output is closed: the results cannot be written.");
                }
            } else {
                file(resultFile, source.getKey(), ".results.jsonl").append(text);
            }
        }
    }

    /**
     * Appends the result lines of these outcomes to a file that has a name of its own, and waits until they are on the disk.
     *
     * @param path the file's
     */
    void append(String path, List<Outcome> outcomes) throws IOException {
        AppendFile file = file(path, "", "");
        file.append(lines.of(outcomes));
        file.force();
    }

    /** Appends the dead letter of this outcome. */
    void deadLetter(Outcome outcome, byte[] line) throws IOException {
        file(deadLetterFile, source(outcome.item()), ".failed.jsonl").append(line);
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        for (AppendFile file : files.values()) {
            file.force();
        }
    }

    /**
     * Takes the files of the sources whose items these are, before anything is asked for.
     *
     * @param destinations where outcomes go: not all go to files
     * @throws LockedException another process has them
     */
    public void take(Exchange exchange, Destinations destinations) throws IOException {
        Destination common = destinations.common();
        if (common != null && !common.kind().equals(Deliveries.FILE)) {
            return;
        }
        if (!(exchange.getMessage().getBody() instanceof List<?> items)) {
            take(NO_SOURCE);
            return;
        }
        String last = null;
        for (Object each : items) {
            String source = each instanceof Item item ? source(item) : NO_SOURCE;
            if (!source.equals(last)) {
                take(source);
                last = source;
            }
        }
    }

    private void take(String source) throws IOException {
        if (!resultFile.equals("-")) {
            file(resultFile, source, ".results.jsonl").take();
        }
        file(deadLetterFile, source, ".failed.jsonl").take();
    }

    private static Map<String, List<Outcome>> bySource(List<Outcome> outcomes) {
        Map<String, List<Outcome>> groups = new LinkedHashMap<>();
        for (Outcome outcome : outcomes) {
            groups.computeIfAbsent(source(outcome.item()), name -> new ArrayList<>())
                    .add(outcome);
        }
        return groups;
    }

    /** A name that stays within the folder, whatever the source is called. */
    static String source(Item item) {
        Position position = item.position();
        if (position == null) {
            return NO_SOURCE;
        }
        String name = position.source();
        String safe = NOT_IN_A_NAME.matcher(name).replaceAll("_");
        return safe.isEmpty() ? NO_SOURCE : safe.substring(0, Math.min(safe.length(), LONGEST_NAME));
    }

    private AppendFile file(String named, String source, String ending) {
        Path path = named.isEmpty() ? Path.of(directory, source + ending) : Path.of(named);
        return files.computeIfAbsent(
                path.toAbsolutePath().normalize(), real -> new AppendFile(real, roll, InstantSource.system()));
    }

    @Override
    public void end() throws IOException {
        for (AppendFile file : files.values()) {
            file.close();
        }
    }
}
