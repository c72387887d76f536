package io.github.saddlebag.checkpoint;

import io.github.saddlebag.support.Sha256;
import io.github.saddlebag.unpack.UnreadableInputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Files that are read one after the other, as one input. Patterns are expanded once, when the list is made.
 *
 * @param files in their order; each is known by its path as it stands here
 */
public record InputList(List<Path> files) {

    private static final String SPECIAL = "*?[{";
    /** No more of the list is kept in a checkpoint. */
    private static final int MOST_KEPT = 24 * 1024;

    private static final int MOST_TOLD = 5;

    /** Whether it stands for files, and is none itself. */
    public static boolean isPattern(String name) {
        return name.chars().anyMatch(c -> SPECIAL.indexOf(c) >= 0) && !Files.exists(Path.of(name));
    }

    /**
     * Makes the list.
     *
     * @param names paths, and patterns (*, **, ?, [abc], {a,b}) whose files follow by their names
     * @throws UnreadableInputException a pattern matches nothing, or a file is there twice
     */
    public static InputList of(List<String> names) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String name : names) {
            files.addAll(isPattern(name) ? expanded(name) : List.of(Path.of(name)));
        }
        Set<Path> seen = new HashSet<>();
        for (Path file : files) {
            if (!seen.add(file.toAbsolutePath().normalize())) {
                throw new UnreadableInputException("--input " + file
                        + ": it is there twice, and its items would be sent twice. Leave it out once.");
            }
        }
        return new InputList(List.copyOf(files));
    }

    private static List<Path> expanded(String pattern) throws IOException {
        int special = 0;
        while (SPECIAL.indexOf(pattern.charAt(special)) < 0) {
            special++;
        }
        String folder = pattern.substring(0, pattern.lastIndexOf('/', special) + 1);
        String rest = pattern.substring(folder.length());
        Path begin = Path.of(folder);
        int depth = rest.contains("**")
                ? Integer.MAX_VALUE
                : (int) rest.chars().filter(c -> c == '/').count() + 1;
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(begin)) {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + rest);
            Files.walkFileTree(begin, Set.of(), depth, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    Path inside = begin.relativize(file);
                    // as in a shell, a star means no file that is hidden
                    boolean hidden = file.getFileName().toString().startsWith(".");
                    if (!hidden && Files.isRegularFile(file) && matcher.matches(inside)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException why) {
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        if (found.isEmpty()) {
            throw new UnreadableInputException("--input " + pattern + ": no file matches this pattern"
                    + (Files.isDirectory(begin) ? "." : ", for there is no folder " + folder + "."));
        }
        found.sort(Comparator.comparing(Path::toString));
        return found;
    }

    public String name() {
        return files.size() + " files";
    }

    /** A digest of the paths. */
    String digest() {
        return Sha256.hex(text());
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        files.forEach(file -> text.append(file.toAbsolutePath().normalize()).append('\n'));
        return text.toString();
    }

    /** The paths, as they are kept in a checkpoint; empty: they are too many. */
    String kept() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
            out.write(text().getBytes(StandardCharsets.UTF_8));
        }
        String kept = Base64.getEncoder().encodeToString(bytes.toByteArray());
        return kept.length() > MOST_KEPT ? "" : kept;
    }

    /** In what it differs from one that was kept. */
    String difference(String kept) throws IOException {
        if (kept.isEmpty()) {
            return "the list of inputs is another one now";
        }
        byte[] packed = Base64.getDecoder().decode(kept);
        String before;
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
            before = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Set<String> old = new LinkedHashSet<>(before.lines().toList());
        Set<String> now = new LinkedHashSet<>(text().lines().toList());
        List<String> told = new ArrayList<>();
        tell(told, now, old, " was added");
        tell(told, old, now, " is missing");
        return "the list of inputs is another one now: "
                + (told.isEmpty() ? "their order has changed" : String.join("; ", told))
                + ". Name the files of before to go on with them";
    }

    private static void tell(List<String> told, Set<String> some, Set<String> others, String what) {
        List<String> alone =
                some.stream().filter(path -> !others.contains(path)).toList();
        if (!alone.isEmpty()) {
            String more = alone.size() > MOST_TOLD ? " and " + (alone.size() - MOST_TOLD) + " more" : "";
            told.add(String.join(", ", alone.subList(0, Math.min(MOST_TOLD, alone.size()))) + more + what);
        }
    }
}
