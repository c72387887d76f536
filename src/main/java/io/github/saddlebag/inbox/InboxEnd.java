package io.github.saddlebag.inbox;

import io.github.saddlebag.checkpoint.FileIdentity;
import io.github.saddlebag.checkpoint.InputWatch;
import io.github.saddlebag.source.InboxFile;
import io.github.saddlebag.source.Outputs;
import io.github.saddlebag.source.RunProgress;
import io.github.saddlebag.source.Runs;
import io.github.saddlebag.support.LockedException;
import io.github.saddlebag.support.MovedFile;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.support.Unrecoverable;
import io.github.saddlebag.support.UnwritableException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of a file of the inbox at its end: it is moved away, or stays. */
public final class InboxEnd {

    private static final Logger LOG = LoggerFactory.getLogger(InboxEnd.class);

    /**
     * Exchange property: the key of the folder in which the file was found. Another one now, or none, is not where it was
     * removed from: the file is known to be done where it comes back, as after a failed move.
     */
    static final String FOLDER = "SaddlebagInboxFolder";

    /** In the place of the folder that a file is moved to. */
    private static final String STAYS = "";

    private final Delays delays = new Delays();
    private final FileLog log = new FileLog();
    private final Runs runs;
    private final String marker;

    /**
     * @param runs who reads the files
     * @param marker ends the names of files that say that another one is written to its end; empty: there are none
     */
    public InboxEnd(Runs runs, String marker) {
        this.runs = runs;
        this.marker = marker;
    }

    /** Files that could not be done lately wait for a while, and those that cannot be written until they can. */
    boolean isFree(Path input) {
        return !delays.isDelayed(input) && !runs.isPutOff(input);
    }

    /** A file that was not done stays, and comes again later. */
    public void leave(Exchange exchange) {
        Exception why = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Exception.class);
        Unrecoverable.report(why);
        exchange.setProperty(Runs.MOVED_TO, STAYS);
        Path input = input(exchange);
        if (exchange.getContext().isStopping() || why instanceof StoppedException) {
            LOG.debug("{} stays.", input, why);
        } else if (Runs.run(exchange) == null && Files.notExists(input)) {
            LOG.info("{} was taken away before it was read.", input);
        } else if (!runs.isPutOff(input)) {
            // one that is put off has said so by itself
            delays.failed(input, cause(why));
        }
    }

    private static String cause(@Nullable Throwable error) {
        Throwable cause = error;
        while (cause != null && cause.getCause() != null && !(cause instanceof IOException)) {
            cause = cause.getCause();
        }
        if (cause instanceof FileSystemException system && !(cause instanceof LockedException)) {
            return system.getFile() + ": " + UnwritableException.words(system);
        }
        return cause == null || cause.getMessage() == null ? String.valueOf(cause) : cause.getMessage();
    }

    /**
     * Moves a file to where it belongs. Nothing there is ever replaced: what has its name is moved aside. Where it cannot be
     * moved that is tried again, later.
     */
    public void move(Exchange exchange) {
        String folder = exchange.getProperty(Runs.MOVED_TO, String.class);
        if (folder.equals(STAYS)) {
            return;
        }
        Path input = input(exchange);
        InboxFile file = exchange.getProperty(Runs.FILE, InboxFile.class);
        Path target = file == null ? input.resolveSibling(folder).resolve(input.getFileName()) : file.in(folder);
        try {
            if (!isTheSame(input, exchange)) {
                return;
            }
            Files.createDirectories(target.getParent());
            Outputs.makeRoom(target);
            Files.move(input, target);
            if (isAnother(target, exchange)) {
                // it came between the look at the name and the move of what has it
                Files.move(target, input);
                return;
            }
        } catch (IOException e) {
            delays.failed(
                    input,
                    target.getParent() + " cannot be written: " + UnwritableException.words(e)
                            + ". The file is done, and only its move is tried again");
            return;
        }
        exchange.setProperty(Runs.MOVED, true);
        delays.forget(input);
        Exception why = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Exception.class);
        if (why != null) {
            LOG.error("{} is moved to {}: {}", input.getFileName(), folder, cause(why));
        }
        RunProgress run = Runs.run(exchange);
        if (run != null && why == null) {
            log.done(run.name(), run.written(), run.failed());
        }
        removeMarker(input);
    }

    private void removeMarker(Path input) {
        if (!marker.isEmpty()) {
            Path mark = input.resolveSibling(input.getFileName() + marker);
            try {
                Files.deleteIfExists(mark);
            } catch (IOException e) {
                LOG.warn("{} cannot be removed: {}.", mark, UnwritableException.words(e));
            }
        }
    }

    /** Tells what there was not time for yet. */
    void told() {
        log.tick();
    }

    /** Nothing more comes: tells the rest. */
    void toldAll() {
        log.rest();
    }

    /** What has the name now may be another file, of which nothing was sent: it is left, and comes by itself. */
    private static boolean isTheSame(Path input, Exchange exchange) throws IOException {
        InputWatch watch = Runs.watch(exchange);
        if (watch == null) {
            // nothing was read
            return FileIdentity.of(input).equals(exchange.getProperty(Runs.KNOWN, FileIdentity.class));
        }
        InputWatch.Change change = watch.change();
        switch (change) {
            case NONE -> {
                return true;
            }
            case GONE -> {
                String folder = exchange.getProperty(FOLDER, String.class);
                if (folder == null || folder.equals(MovedFile.key(Objects.requireNonNull(input.getParent())))) {
                    exchange.setProperty(Runs.MOVED, true);
                }
            }
            case GROWN -> LOG.info("{} What was added is done next.", watch.text(change));
            default -> LOG.warn("{} What has the name now is done next.", watch.text(change));
        }
        return false;
    }

    private static boolean isAnother(Path moved, Exchange exchange) {
        FileIdentity known = exchange.getProperty(Runs.KNOWN, FileIdentity.class);
        // in another file system it is a copy
        return known != null
                && !known.key().isEmpty()
                && MovedFile.isOfSameDisk(known.key(), MovedFile.key(moved))
                && !known.key().equals(MovedFile.key(moved));
    }

    private static Path input(Exchange exchange) {
        return exchange.getProperty(Runs.INPUT, Path.class);
    }
}
