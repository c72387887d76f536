package io.github.saddlebag.source;

import io.github.saddlebag.setting.Setting;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.WrappedFile;
import org.jspecify.annotations.Nullable;

/** Opens and closes inputs, and the files that their results and dead letters go to. */
public final class Runs implements CamelContextAware {

    private static final String PROPERTY = "SaddlebagRun";
    private static final int BATCHES_IN_A_CHUNK = 4;
    private static final int MAX_CHUNK = 1000;
    private static final int WRITE_BUFFER = 1 << 16;

    private final AtomicReference<@Nullable RunListener> listener = new AtomicReference<>();
    private @Nullable CamelContext camelContext;
    private String directory = "outbox";
    private String resultFile = "";
    private String deadLetterFile = "";
    private int batch = 100;
    private int maxLine = 16 << 20;
    private int readAhead = 5000;
    private boolean unwrap;
    private boolean ordered = true;
    private boolean details;

    /** Opens the message's file or stream. */
    public void open(Exchange exchange) throws IOException {
        Object body = exchange.getMessage().getBody();
        Path path = body instanceof InputStream ? null : path(body);
        InputStream in = path == null ? (InputStream) body : Files.newInputStream(path);
        Run run;
        try {
            run = run(path, in);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
        exchange.setProperty(PROPERTY, run);
        RunListener told = listener.get();
        if (told != null) {
            told.opened(run);
        }
    }

    private Run run(@Nullable Path input, InputStream in) throws IOException {
        String name = input == null ? "stdin" : input.getFileName().toString();
        Path resultPath = resultPath(name);
        Path deadLetterPath = deadLetterPath(name);
        checkApart("deliver.file", resultPath, input, "the input, which would be lost");
        checkApart("dead-letter.file", deadLetterPath, input, "the input, which would be lost");
        checkApart("dead-letter.file", deadLetterPath, resultPath, "the result file too");
        // before the results are opened, which loses those of the last run
        OutputStream deadLetters = new LazyFile(deadLetterPath);
        return new Run(
                name,
                new LineReader(in, maxLine),
                input == null ? -1 : Files.size(input),
                resultPath == null ? new StandardOutput() : new BufferedOutputStream(file(resultPath), WRITE_BUFFER),
                deadLetters,
                new Run.Settings(chunk(), readAhead, unwrap, ordered, details),
                () -> getCamelContext().isStopping() || getCamelContext().isStopped());
    }

    private static void checkApart(String property, @Nullable Path file, @Nullable Path other, String what)
            throws IOException {
        if (file == null || other == null) {
            return;
        }
        boolean same = Files.exists(file) && Files.exists(other)
                ? Files.isRegularFile(file) && Files.isSameFile(file, other)
                : file.toAbsolutePath()
                        .normalize()
                        .equals(other.toAbsolutePath().normalize());
        if (same) {
            throw Setting.bad(property, file.toString(), "it is " + what + ". Name another file.");
        }
    }

    /** The items of the open input, in chunks. */
    public Object read(Exchange exchange) {
        return exchange.getProperty(PROPERTY, Run.class);
    }

    /** A chunk was not delivered: nothing more is read, and the input is not done. */
    public void broken(Exchange exchange) {
        Exception error = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Exception.class);
        exchange.getProperty(PROPERTY, Run.class).broken(error);
    }

    /** Closes the input after all its chunks were delivered. */
    public void close(Exchange exchange) throws Exception {
        exchange.getProperty(PROPERTY, Run.class).finish();
    }

    /** A few batches at once, for speed; several chunks within the bound, so that reading goes on while one is under way. */
    private int chunk() {
        return Math.max(1, Math.min(Math.min(MAX_CHUNK, BATCHES_IN_A_CHUNK * batch), readAhead / BATCHES_IN_A_CHUNK));
    }

    private static Path path(Object body) {
        if (body instanceof WrappedFile<?> wrapped) {
            return ((File) wrapped.getFile()).toPath();
        }
        if (body instanceof File file) {
            return file.toPath();
        }
        return (Path) body;
    }

    /** Null: standard output. */
    private @Nullable Path resultPath(String name) {
        if (resultFile.equals("-")) {
            return null;
        }
        return resultFile.isEmpty() ? Path.of(directory, name + ".results.jsonl") : Path.of(resultFile);
    }

    private static OutputStream file(Path path) throws IOException {
        if (path.getParent() != null) {
            Files.createDirectories(path.getParent());
        }
        return Files.newOutputStream(path);
    }

    private Path deadLetterPath(String name) {
        return deadLetterFile.isEmpty() ? Path.of(directory, name + ".failed.jsonl") : Path.of(deadLetterFile);
    }

    /** Told about each input that is opened from now on. */
    public void listener(RunListener newListener) {
        listener.set(newListener);
    }

    /** The folder for results and dead letters, where no files are named. */
    public void setDirectory(String directory) {
        this.directory = directory;
    }

    /** The result file; {@code -}: standard output; empty: one in the folder for each input. */
    public void setResultFile(String resultFile) {
        this.resultFile = resultFile;
    }

    /** The dead letters' file; empty: one in the folder for each input. */
    public void setDeadLetterFile(String deadLetterFile) {
        this.deadLetterFile = deadLetterFile;
    }

    /** The size of a batch; a few of them are read and handed on together. */
    public void setBatch(String batch) {
        this.batch = Setting.integer("batch.max-items", batch, 1, 1_000_000);
    }

    /** The longest line, with a unit; at most 1GB. */
    public void setMaxLine(String maxLine) {
        this.maxLine = (int) Math.min(1L << 30, Setting.bytes("source.max-line", maxLine));
    }

    /** How many items a reader may be ahead of what is written. */
    public void setReadAhead(String readAhead) {
        this.readAhead = Setting.integer("batch.max-in-flight", readAhead, 1, 10_000_000);
    }

    /** Whether the input is dead letters, whose items are sent again. */
    public void setDeadLetters(String deadLetters) {
        this.unwrap = Setting.yesNo("source.dead-letters", deadLetters);
    }

    /** Whether results are written in the order of the input. */
    public void setOrdered(String ordered) {
        this.ordered = Setting.yesNo("deliver.ordered", ordered);
    }

    /** Whether result lines tell status, address and attempts as well. */
    public void setDetails(String details) {
        this.details = Setting.yesNo("deliver.details", details);
    }

    @Override
    public CamelContext getCamelContext() {
        return Objects.requireNonNull(camelContext, "not in a Camel context yet");
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }
}
