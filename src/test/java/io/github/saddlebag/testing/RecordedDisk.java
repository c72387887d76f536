package io.github.saddlebag.testing;

import java.io.File;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A folder, and all that this JVM does to it while it is recorded. Afterwards the folder can be put into each state in
 * which a crash may have left it: of the process, after which everything is there that was written, or of the machine,
 * after which what was not synced may be there, or not, or in part, whatever came later; and names as they were up to some
 * point after the last sync of their folder.
 *
 * <p>Files keep their own numbers, for programs know them again by these. Locks ({@code .NAME.lock}) are left out.
 */
public final class RecordedDisk implements AutoCloseable {

    /** Something that was done, or that a test wants to remember of that moment. */
    public sealed interface Step {}

    private sealed interface Data extends Step {
        int file();
    }

    private record Write(int file, long at, byte[] bytes) implements Data {}

    private record Truncate(int file, long length) implements Data {}

    private record Sync(int file, int begin) implements Data {}

    private sealed interface Name extends Step {
        Path path();
    }

    private record Create(Path path, int file) implements Name {}

    private record MakeFolder(Path path) implements Name {}

    /** @param path its new name, and it is atomic: it is never without one */
    private record Move(Path from, Path path) implements Name {}

    private record Delete(Path path) implements Name {}

    private record SyncFolder(Path folder, int begin) implements Step {}

    /** What the test said. */
    public record Note(Object what) implements Step {}

    private record Before(byte[] bytes, FileTime modified) {}

    private final Path folder;
    private final Path links;
    private final FileWatch watch;
    private final List<Step> steps = new ArrayList<>();
    private final Map<Object, Path> handles = new IdentityHashMap<>();
    private final Map<Object, Boolean> synchronous = new IdentityHashMap<>();
    private final Map<Path, Integer> names = new TreeMap<>();
    private final Map<Integer, Long> lengths = new HashMap<>();
    private final List<Path> foldersBefore;
    private final Map<Path, Integer> namesBefore;
    private final Map<Integer, Before> filesBefore = new TreeMap<>();
    private final ThreadLocal<Boolean> inside = ThreadLocal.withInitial(() -> false);
    private int files;
    private boolean over;

    /**
     * Begins to record.
     *
     * @param links an empty folder of the same file system, which is not recorded
     */
    public RecordedDisk(FileWatch watch, Path folder, Path links) throws IOException {
        this.watch = watch;
        this.folder = folder;
        this.links = Files.createDirectories(links);
        try (Stream<Path> all = Files.walk(folder)) {
            foldersBefore = all.filter(Files::isDirectory).toList();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                if (!isLock(path)) {
                    int file = link(path);
                    filesBefore.put(file, new Before(Files.readAllBytes(path), Files.getLastModifiedTime(path)));
                    lengths.put(file, Files.size(path));
                }
            }
        }
        namesBefore = new TreeMap<>(names);
        watch.listen(this::hear);
    }

    private static boolean isLock(Path path) {
        return path.getFileName().toString().endsWith(".lock");
    }

    private int link(Path path) throws IOException {
        int file = files++;
        names.put(path, file);
        lengths.put(file, 0L);
        Files.createLink(links.resolve(Integer.toString(file)), path);
        return file;
    }

    private Object hear(Object[] what) {
        if (inside.get()) {
            return null;
        }
        inside.set(true);
        try {
            return record(what);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            inside.set(false);
        }
    }

    private synchronized Object record(Object[] what) throws IOException {
        if (over) {
            return null;
        }
        switch ((String) what[0]) {
            case "begin" -> {
                return steps.size();
            }
            case "open" -> open(what[1], (Object[]) what[2], (boolean) what[3]);
            case "same" -> {
                Path path = handles.get(what[1]);
                if (path != null) {
                    handles.put(what[2], path);
                    if (what[2] instanceof FileDescriptor) {
                        sync(what[2], steps.size());
                    }
                }
            }
            case "write" -> write(what[1], (long) what[2], (Object[]) what[3]);
            case "truncate" -> {
                Integer file = file(what[1]);
                if (file != null) {
                    long length = Math.min((long) what[2], lengths.get(file));
                    if (length < lengths.get(file)) {
                        lengths.put(file, length);
                        steps.add(new Truncate(file, length));
                    }
                }
            }
            case "sync" -> sync(what[1], (int) what[2]);
            case "move" -> move(path(((Object[]) what[1])[0]), path(((Object[]) what[1])[1]));
            case "implDelete" -> {
                Path path = path(((Object[]) what[1])[0]);
                if (isOurs(path)) {
                    names.remove(path);
                    steps.add(new Delete(path));
                }
            }
            case "createDirectory" -> {
                Path path = path(((Object[]) what[1])[0]);
                if (isOurs(path)) {
                    steps.add(new MakeFolder(path));
                }
            }
            default -> throw new IllegalArgumentException(what[0].toString());
        }
        return null;
    }

    private static Path path(Object path) {
        return (path instanceof File file ? file.toPath() : (Path) path).toAbsolutePath();
    }

    private boolean isOurs(Path path) {
        return path.startsWith(folder) && !path.equals(folder) && !isLock(path);
    }

    private Integer file(Object handle) {
        Path path = handles.get(handle);
        return path == null ? null : names.get(path);
    }

    private void open(Object handle, Object[] arguments, boolean existed) throws IOException {
        Path path = path(arguments[0]);
        if (!path.startsWith(folder) || isLock(path)) {
            return;
        }
        handles.put(handle, path);
        if (Files.isDirectory(path)) {
            return;
        }
        if (!existed) {
            int file = link(path);
            steps.add(new Create(path, file));
        }
        String how = String.valueOf(arguments[1]);
        // of a stream: whether it appends; of a channel: its options
        if (how.equals("false") || how.contains("TRUNCATE_EXISTING")) {
            int file = names.get(path);
            lengths.put(file, 0L);
            steps.add(new Truncate(file, 0));
        }
        if (how.contains("SYNC")) {
            synchronous.put(handle, true);
        }
    }

    private void write(Object handle, long at, Object[] arguments) {
        Integer file = file(handle);
        if (file == null) {
            return;
        }
        byte[] bytes;
        if (arguments[0] instanceof Integer one) {
            bytes = new byte[] {one.byteValue()};
        } else if (arguments.length == 1) {
            bytes = ((byte[]) arguments[0]).clone();
        } else {
            int from = (int) arguments[1];
            bytes = Arrays.copyOfRange((byte[]) arguments[0], from, from + (int) arguments[2]);
        }
        long to = at < 0 ? lengths.get(file) : at;
        lengths.merge(file, to + bytes.length, Math::max);
        steps.add(new Write(file, to, bytes));
        if (synchronous.containsKey(handle)) {
            steps.add(new Sync(file, steps.size()));
        }
    }

    private void sync(Object handle, int begin) {
        Path path = handles.get(handle);
        Integer file = file(handle);
        if (file != null) {
            steps.add(new Sync(file, begin));
        } else if (path != null && Files.isDirectory(path)) {
            steps.add(new SyncFolder(path, begin));
        }
    }

    private void move(Path from, Path to) {
        if (isOurs(from) && isOurs(to)) {
            names.put(to, names.remove(from));
            steps.add(new Move(from, to));
        }
    }

    /** Remembers something of this moment. */
    public synchronized void note(Object what) {
        if (!over) {
            steps.add(new Note(what));
        }
    }

    /** Records nothing more. */
    @Override
    public void close() {
        synchronized (this) {
            over = true;
        }
        watch.ignore();
    }

    /** What was noted before a point, in its order. */
    public List<Object> notes(int point) {
        List<Object> all = new ArrayList<>();
        for (Step step : steps.subList(0, point)) {
            if (step instanceof Note note) {
                all.add(note.what);
            }
        }
        return all;
    }

    /** The points between two operations: the numbers of the steps that are still to come there. */
    public List<Integer> points() {
        List<Integer> points = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            if (!(steps.get(i) instanceof Note)) {
                points.add(i);
            }
        }
        points.add(steps.size());
        return points;
    }

    /**
     * The first point at which a file of this name has these words in it, and stays so whatever kind of crash comes.
     *
     * @return the number of all steps where there is none
     */
    public int durable(String ending, String words) {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i) instanceof Write write && name(write.file).endsWith(ending)) {
                if (new String(write.bytes, StandardCharsets.ISO_8859_1).contains(words)) {
                    for (int k = i; k < steps.size(); k++) {
                        if (steps.get(k) instanceof Sync sync && sync.file == write.file && sync.begin > i) {
                            return k + 1;
                        }
                    }
                }
            }
        }
        return steps.size();
    }

    /** The file that has had this name last. */
    private int fileOf(Path path) {
        int file = namesBefore.getOrDefault(path, -1);
        for (Step step : steps) {
            file = step instanceof Create create && create.path.equals(path) ? create.file : file;
        }
        return file;
    }

    private String name(int file) {
        for (Map.Entry<Path, Integer> before : namesBefore.entrySet()) {
            if (before.getValue() == file) {
                return before.getKey().toString();
            }
        }
        for (Step step : steps) {
            if (step instanceof Create create && create.file == file) {
                return create.path.toString();
            }
        }
        return "";
    }

    /** What comes next at a point, for messages. */
    public String describe(int point) {
        if (point == steps.size()) {
            return "the end";
        }
        Step step = steps.get(point);
        String what = step.getClass().getSimpleName();
        if (step instanceof Data data) {
            return what + " of " + folder.relativize(Path.of(name(data.file())));
        }
        return step instanceof Name names
                ? what + " " + step.toString().replace(folder + "/", "")
                : step.toString().replace(folder.toString(), ".");
    }

    /** Puts the folder into the state of a process that was killed at this point, maybe in the middle of a write. */
    public void kill(int point, Random random) throws IOException {
        List<Step> done = new ArrayList<>(steps.subList(0, point));
        if (point < steps.size() && steps.get(point) instanceof Write write) {
            done.add(torn(write, random));
        }
        restore(done, done);
    }

    /** Puts the folder into a state that a loss of power at this point may leave. */
    public void losePower(int point, Random random) throws IOException {
        List<Step> names = new ArrayList<>();
        List<Step> data = new ArrayList<>();
        Map<Path, Integer> cuts = names(point, random);
        // some disks lose all, some nothing, and some this and that
        double lost = random.nextInt(3) / 2.0;
        for (int i = 0; i < point; i++) {
            Step step = steps.get(i);
            if (step instanceof Name name && i < cuts.get(name.path().getParent())) {
                names.add(step);
            }
            if (step instanceof Data change && !(change instanceof Sync)) {
                if (isSynced(change.file(), i, point) || random.nextDouble() >= lost) {
                    data.add(step);
                } else if (step instanceof Write write) {
                    switch (random.nextInt(4)) {
                        case 0 -> data.add(torn(write, random));
                        case 1 -> data.add(new Write(write.file, write.at, new byte[write.bytes.length]));
                        default -> {
                            // it is lost
                        }
                    }
                }
            }
        }
        restore(names, data);
    }

    private static Write torn(Write write, Random random) {
        return new Write(write.file, write.at, Arrays.copyOf(write.bytes, random.nextInt(write.bytes.length + 1)));
    }

    private boolean isSynced(int file, int change, int point) {
        for (int i = change; i < point; i++) {
            if (steps.get(i) instanceof Sync sync && sync.file == file && sync.begin > change) {
                return true;
            }
        }
        return false;
    }

    /** Up to where the names of each folder are kept: at least to the last that was synced with it, and in their order. */
    private Map<Path, Integer> names(int point, Random random) {
        Map<Path, Integer> least = new TreeMap<>();
        for (int i = 0; i < point; i++) {
            if (steps.get(i) instanceof SyncFolder sync) {
                least.put(sync.folder, sync.begin);
            } else if (steps.get(i) instanceof Name name) {
                least.putIfAbsent(name.path().getParent(), 0);
            }
        }
        int how = random.nextInt(3);
        least.replaceAll((at, from) ->
                how == 0 ? from : how == 1 ? (Integer) point : (Integer) (from + random.nextInt(point - from + 1)));
        return least;
    }

    private void restore(List<Step> nameSteps, List<Step> dataSteps) throws IOException {
        clear();
        Map<Path, Integer> there = new TreeMap<>(namesBefore);
        List<Path> folders = new ArrayList<>(foldersBefore);
        for (Step step : nameSteps) {
            if (step instanceof Create create) {
                there.put(create.path, create.file);
            } else if (step instanceof Move move) {
                Integer moved = there.remove(move.from);
                there.put(move.path, moved == null ? fileOf(move.from) : moved);
            } else if (step instanceof Delete delete) {
                there.remove(delete.path);
                folders.remove(delete.path);
            } else if (step instanceof MakeFolder made) {
                folders.add(made.path);
            }
        }
        for (Path each : folders) {
            Files.createDirectories(each);
        }
        for (Map.Entry<Path, Integer> each : there.entrySet()) {
            Files.createDirectories(each.getKey().getParent());
            Path link = links.resolve(each.getValue().toString());
            Files.write(link, content(each.getValue(), dataSteps));
            Before before = filesBefore.get(each.getValue());
            if (before != null && Arrays.equals(before.bytes, Files.readAllBytes(link))) {
                Files.setLastModifiedTime(link, before.modified);
            }
            Files.createLink(each.getKey(), link);
        }
    }

    private byte[] content(int file, List<Step> dataSteps) {
        Before before = filesBefore.get(file);
        byte[] bytes = before == null ? new byte[0] : before.bytes;
        for (Step step : dataSteps) {
            if (step instanceof Truncate cut && cut.file == file && cut.length < bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) cut.length);
            } else if (step instanceof Write write && write.file == file && write.bytes.length > 0) {
                int end = (int) write.at + write.bytes.length;
                bytes = bytes.length < end ? Arrays.copyOf(bytes, end) : bytes.clone();
                System.arraycopy(write.bytes, 0, bytes, (int) write.at, write.bytes.length);
            }
        }
        return bytes;
    }

    private void clear() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(folder)) {
                    Files.delete(path);
                }
            }
        }
    }
}
