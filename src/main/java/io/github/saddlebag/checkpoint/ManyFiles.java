package io.github.saddlebag.checkpoint;

import io.github.saddlebag.input.Inputs;
import io.github.saddlebag.input.ItemInput;
import io.github.saddlebag.support.Sha256;
import io.github.saddlebag.unpack.UnreadableInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that are read one after the other. Read by one thread; what is known of them is asked by another. */
public final class ManyFiles implements ItemInput, RunInput {

    private static final Logger LOG = LoggerFactory.getLogger(ManyFiles.class);

    private final InputList list;
    private final Inputs inputs;
    private final String digest;
    private final String kept;
    private final ConcurrentMap<Integer, Known> known = new ConcurrentHashMap<>();
    private @Nullable ItemInput current;
    private @Nullable InputWatch watch;
    private Place place;
    private long number;
    private long bytesBefore;
    private volatile long seen;

    /** A file that was begun, and what is known of all before it. */
    private record Known(OneFile file, String done) {}

    /** @param begin where to begin */
    public ManyFiles(InputList list, Inputs inputs, Place begin) throws IOException {
        this.list = list;
        this.inputs = inputs;
        this.digest = list.digest();
        this.kept = list.kept();
        this.place = begin;
        String done = "";
        for (int i = 0; i < begin.file(); i++) {
            Path file = list.files().get(i);
            FileIdentity now = FileIdentity.of(file);
            done = next(done, file, now);
            bytesBefore += now.size();
        }
        open(begin, done);
    }

    /** What is known of files that are done, another one included. */
    private static String next(String done, Path file, FileIdentity now) {
        String all = done + '\n' + file.toAbsolutePath().normalize() + '\n' + now;
        return Sha256.hex(all).substring(0, 32);
    }

    /** Why the files are others than those that are known, or changed where they are done; empty: they are the same. */
    static String difference(InputList list, Checkpoint checkpoint) throws IOException {
        InputIdentity before = checkpoint.input();
        InputIdentity.Listed listed = before.listed();
        if (listed == null) {
            return "the input was " + before.path();
        }
        if (!listed.list().equals(list.digest())) {
            return list.difference(listed.files());
        }
        String done = "";
        for (int i = 0; i < listed.index(); i++) {
            done = next(done, list.files().get(i), FileIdentity.of(list.files().get(i)));
        }
        if (!done.equals(listed.done())) {
            return "a file that is done already was changed since, one of the first " + listed.index();
        }
        Path reached = list.files().get(listed.index());
        String why = before.difference(reached, checkpoint.complete());
        return why.isEmpty() ? "" : reached + ": " + why;
    }

    private void open(Place begin, String done) throws IOException {
        Path file = list.files().get(begin.file());
        try {
            FileIdentity before = FileIdentity.of(file);
            ItemInput opened = inputs.open(file, inputs.format(file), begin);
            try {
                watch = InputWatch.of(file, before, inputs::seen);
            } catch (IOException e) {
                opened.close();
                throw e;
            }
            current = opened;
            place = new Place(opened.place().offset(), opened.place().line(), begin.file());
            known.put(begin.file(), new Known(new OneFile(file, watch.opened(), inputs.isPlain(), watch), done));
        } catch (UnreadableInputException e) {
            throw named(e);
        }
    }

    @Override
    public List<String> columns() throws IOException {
        return current == null ? List.of() : current.columns();
    }

    @Override
    public byte @Nullable [] next() throws IOException {
        while (current != null) {
            byte[] item;
            try {
                item = current.next();
            } catch (UnreadableInputException e) {
                throw named(e);
            }
            seen = bytesBefore + inputs.seen();
            Place inFile = current.place();
            place = new Place(inFile.offset(), inFile.line(), place.file());
            if (item != null) {
                number = current.number();
                return item;
            }
            end();
        }
        return null;
    }

    /** The file is read to its end: the next one follows. */
    private void end() throws IOException {
        ItemInput read = current;
        InputWatch watched = watch;
        current = null;
        if (read == null || watched == null) {
            return;
        }
        read.close();
        InputWatch.Change change = watched.change();
        if (change == InputWatch.Change.REPLACED || change == InputWatch.Change.WRITTEN) {
            throw new IOException(watched.text(change));
        }
        if (change != InputWatch.Change.NONE) {
            LOG.warn("{}", watched.text(change));
        }
        Path file = list.files().get(place.file());
        bytesBefore += watched.opened().size();
        Known before = known.get(place.file());
        if (place.file() + 1 < list.files().size() && before != null) {
            open(new Place(0, 0, place.file() + 1), next(before.done, file, watched.opened()));
        }
    }

    private UnreadableInputException named(UnreadableInputException e) {
        String text = String.valueOf(e.getMessage());
        String name = list.files().get(place.file()).toString();
        return text.startsWith(name) ? e : new UnreadableInputException(name + ": " + text);
    }

    /** The bytes of all files. */
    public long bytes() throws IOException {
        long all = 0;
        for (Path file : list.files()) {
            all += Files.size(file);
        }
        return all;
    }

    /** How many of them were read. */
    public long seen() {
        return seen;
    }

    @Override
    public @Nullable String problem() {
        return current == null ? null : current.problem();
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public Place place() {
        return place;
    }

    @Override
    public boolean isDocument() {
        return current != null && current.isDocument();
    }

    @Override
    public String file() {
        return list.files().get(place.file()).toString();
    }

    /** They are files. */
    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public InputIdentity begin() {
        return new InputIdentity("", new FileIdentity("", 0, 0), 0, "", null);
    }

    @Override
    public InputIdentity identity(Place reached, boolean toItsEnd) throws IOException {
        for (Map.Entry<Integer, Known> each : known.entrySet()) {
            if (each.getKey() < reached.file()) {
                each.getValue().file.release();
                known.remove(each.getKey());
            }
        }
        Known at = known.get(reached.file());
        if (at == null) {
            throw new IOException("Nothing is known of " + list.files().get(reached.file()) + ".");
        }
        return at.file.identity(reached, toItsEnd).of(new InputIdentity.Listed(reached.file(), digest, at.done, kept));
    }

    @Override
    public void close() throws IOException {
        if (current != null) {
            current.close();
        }
    }

    @Override
    public void release() throws IOException {
        for (Known each : known.values()) {
            each.file.release();
        }
    }
}
