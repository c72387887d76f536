package io.github.saddlebag.job;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.setting.EndsWithContext;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.support.LockedException;
import io.github.saddlebag.support.PathLock;
import io.github.saddlebag.support.Streams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs that the endpoint has taken on, on disk, so that a start after a crash asks for them and submits none twice.
 *
 * <p>A job stays for a while after its results came, for a crash may lose those that were not written yet: until the
 * files that its items stand in are done, or twice as many further items have their fate as a source may be ahead of what
 * it knows to be written. What comes after a restart is known again by its place in its source and its content, whatever
 * batch it is in; each item once. What comes again later is another question, and so are the next turn of a watch list
 * and the next caller.
 */
public final class JobStore implements EndsWithContext {

    private static final Logger LOG = LoggerFactory.getLogger(JobStore.class);
    private static final long PRUNE_NANOS = 60_000_000_000L;

    private final Map<StoredJob, Use> jobs = new LinkedHashMap<>();
    private final Map<String, Deque<Place>> unclaimed = new HashMap<>();
    private final Path resultFile;
    private final Path outbox;
    private Path folder = Path.of("");
    private final String directory;
    private @Nullable PathLock held;
    private final boolean enabled;
    private boolean read;
    private boolean warned;
    private final long readAhead;
    private final Duration keep;
    private long settled;
    private long prunedAt;
    private long prunedNanos = System.nanoTime();

    public JobStore(Settings settings) {
        enabled = settings.call().isJob();
        directory = settings.job().directory().trim();
        resultFile = Path.of(settings.deliver().file());
        outbox = Path.of(settings.deliver().directory());
        readAhead = settings.batch().maxInFlight();
        keep = settings.job().keep();
    }

    /** How a job is used: how many ask for it, and how many items had their fate when the last of them was done. */
    private static final class Use {
        private final Set<String> sources;
        private int askers;
        private long idleSince;

        private Use(StoredJob job, int askers) {
            this.sources = new HashSet<>(job.sources());
            this.askers = askers;
        }
    }

    private record Place(StoredJob job, int index) {}

    /**
     * Items that belong to a job which was submitted before.
     *
     * @param items by their index in the job
     */
    public record Claim(StoredJob job, SortedMap<Integer, Item> items) {}

    /** Checks the folder, when all is configured. */
    public void init() {
        if (!enabled) {
            return;
        }
        folder = folder().toAbsolutePath();
        Path there = folder;
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        if (there == null || !Files.isDirectory(there) || !Files.isReadable(there) || !Files.isWritable(there)) {
            throw Setting.bad(
                    "job.directory", folder.toString(), there + " is no folder that can be read and written.");
        }
    }

    /**
     * Keeps the folder for this runtime alone until it {@link #end ends}; again, does nothing.
     *
     * @throws LockedException another one uses it
     */
    public synchronized void take() throws IOException {
        if (enabled && held == null) {
            held = PathLock.of(folder);
        }
    }

    /** The runtime ends: others may have the folder. */
    @Override
    public synchronized void end() throws IOException {
        close();
        PathLock lock = held;
        held = null;
        if (lock != null) {
            lock.close();
        }
    }

    private Path folder() {
        if (!directory.isEmpty()) {
            return Path.of(directory);
        }
        String results = resultFile.toString();
        if (results.isEmpty()) {
            return outbox.resolve(".jobs");
        }
        return Streams.hasNoFolder(results) ? Path.of("saddlebag.jobs") : Path.of(results + ".jobs");
    }

    /** Reads what an earlier run has left, once: at the first use, as a runtime may make its beans several times. */
    private void read() {
        if (read) {
            return;
        }
        read = true;
        List<StoredJob> found = new ArrayList<>();
        if (!enabled || !Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.endsWith(JobFile.SUFFIX)) {
                    readJob(file, found);
                } else if (name.contains(JobFile.SUFFIX)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        found.sort(Comparator.comparing(StoredJob::submitted));
        for (StoredJob job : found) {
            jobs.put(job, new Use(job, 0));
            // the latest first: the results of the others are more likely to be written
            for (int i = 0; i < job.entries().size(); i++) {
                offer(job, i);
            }
        }
        pruneNow();
        if (!jobs.isEmpty()) {
            LOG.info("{} jobs of an earlier run are known and are polled, and not submitted again.", jobs.size());
        }
    }

    private static void readJob(Path file, List<StoredJob> found) {
        try {
            found.add(JobFile.read(file));
        } catch (IOException e) {
            LOG.warn("{} is no job that can be read; it is left alone.", file, e);
        }
    }

    private void offer(StoredJob job, int index) {
        unclaimed
                .computeIfAbsent(job.entries().get(index).key(), key -> new ArrayDeque<>(1))
                .addFirst(new Place(job, index));
    }

    /** Whether some of these items may belong to jobs that were submitted before. */
    public synchronized boolean knows(String target, String key, Collection<Item> items) {
        read();
        if (unclaimed.isEmpty()) {
            return false;
        }
        for (Item item : items) {
            if (place(target, key, ItemKey.of(item)) != null) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Place place(String target, String key, String item) {
        for (Place place : unclaimed.getOrDefault(item, new ArrayDeque<>(0))) {
            if (place.job.target().equals(target) && place.job.key().equals(key)) {
                return place;
            }
        }
        return null;
    }

    /** Takes from the jobs that were submitted before what belongs to these items; each item is given once. */
    public synchronized List<Claim> claim(String target, String key, Collection<Item> items) {
        read();
        Map<StoredJob, Claim> claims = new LinkedHashMap<>();
        for (Item item : items) {
            String itemKey = ItemKey.of(item);
            Place place = place(target, key, itemKey);
            if (place != null) {
                remove(itemKey, place);
                claims.computeIfAbsent(place.job, job -> new Claim(job, new TreeMap<>()))
                        .items
                        .put(place.index, item);
            }
        }
        for (StoredJob job : claims.keySet()) {
            Use use = jobs.get(job);
            if (use != null) {
                use.askers++;
            }
        }
        return List.copyOf(claims.values());
    }

    private void remove(String itemKey, Place place) {
        unclaimed.computeIfPresent(itemKey, (k, places) -> {
            places.remove(place);
            return places.isEmpty() ? null : places;
        });
    }

    /**
     * Remembers a job; when this returns, it stands on disk. Where that fails it says so, once, and the job goes on: only
     * a crash would submit it again.
     */
    public StoredJob add(URI address, String target, String key, List<Item> items) {
        synchronized (this) {
            // or it would be taken for one of an earlier run
            read();
        }
        StoredJob job = new StoredJob(
                folder.resolve(UUID.randomUUID() + JobFile.SUFFIX),
                address,
                target,
                key,
                Instant.now(),
                StoredJob.entries(items),
                StoredJob.sources(items));
        try {
            JobFile.createFolder(folder);
            JobFile.write(job);
        } catch (IOException e) {
            warn(e);
        }
        synchronized (this) {
            jobs.put(job, new Use(job, 1));
            prune();
        }
        return job;
    }

    private synchronized void warn(IOException e) {
        if (!warned) {
            warned = true;
            LOG.warn(
                    "{}: jobs cannot be remembered ({}). They go on, but after a crash they would be submitted again.",
                    folder,
                    e.toString());
        }
    }

    /** Somebody does not ask for a job any more: these items of it have their fate. */
    public synchronized void done(StoredJob job, int items) {
        settled += items;
        leave(job);
        Use use = jobs.get(job);
        if (use != null
                && use.askers == 0
                && use.sources.isEmpty()
                && !(job.sources().isEmpty() && isUnclaimed(job))) {
            forget(job);
        }
        prune();
    }

    private boolean isUnclaimed(StoredJob job) {
        return job.entries().stream()
                .flatMap(entry -> unclaimed.getOrDefault(entry.key(), new ArrayDeque<>(0)).stream())
                .anyMatch(place -> place.job.equals(job));
    }

    /** A source is done, and its results are written: another one of its name is not answered by its jobs. */
    public synchronized void finished(String source) {
        if (!enabled) {
            return;
        }
        String digest = ItemKey.of(source);
        List<StoredJob> over = new ArrayList<>(0);
        jobs.forEach((job, use) -> {
            if (use.sources.remove(digest) && use.sources.isEmpty() && use.askers == 0) {
                over.add(job);
            }
        });
        over.forEach(this::forget);
        close();
    }

    /** Somebody stopped asking for a job that is not done: its items may come again. */
    public synchronized void interrupted(StoredJob job, Collection<Integer> indices) {
        if (jobs.containsKey(job)) {
            indices.forEach(index -> offer(job, index));
        }
        leave(job);
    }

    private void leave(StoredJob job) {
        Use use = jobs.get(job);
        if (use != null) {
            use.askers--;
            use.idleSince = settled;
        }
    }

    /** There will be no results: the items may be submitted again. */
    public synchronized void forget(StoredJob job) {
        if (jobs.remove(job) != null) {
            for (int i = 0; i < job.entries().size(); i++) {
                remove(job.entries().get(i).key(), new Place(job, i));
            }
            delete(job.file());
        }
    }

    /** Now and then only, for it looks at all. */
    private void prune() {
        if (settled - prunedAt < readAhead / 4 && System.nanoTime() - prunedNanos < PRUNE_NANOS) {
            return;
        }
        prunedAt = settled;
        prunedNanos = System.nanoTime();
        pruneNow();
    }

    private void pruneNow() {
        Instant oldest = Instant.now().minus(keep);
        List<StoredJob> old = new ArrayList<>(0);
        jobs.forEach((job, use) -> {
            boolean written = settled - use.idleSince >= 2 * readAhead;
            if (use.askers == 0 && (written || job.submitted().isBefore(oldest))) {
                old.add(job);
            }
        });
        old.forEach(this::forget);
    }

    /** All results are written: nothing is remembered any more. */
    public synchronized void clear() {
        read();
        List.copyOf(jobs.keySet()).forEach(this::forget);
        close();
    }

    /** Removes the folder where nothing is remembered; called when the runtime ends. */
    public synchronized void close() {
        if (enabled && jobs.isEmpty()) {
            try {
                Files.deleteIfExists(folder);
            } catch (IOException e) {
                // somebody else's files are in it
                LOG.debug("{} is kept", folder, e);
            }
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted; delete it, or its items are polled for instead of submitted.", file);
        }
    }
}
