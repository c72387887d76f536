package io.github.saddlebag.source;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Lists the files of a folder, the first ones in their order; so many that memory is bounded, and no more. */
final class InboxListing {

    private static final int MOST = 50_000;

    private final Pattern include;
    private final boolean byTime;
    private final Comparator<InboxFile> order;

    /**
     * @param include names that are taken, each as a whole
     * @param byTime whether the oldest come first, and not those with the first names
     */
    InboxListing(Pattern include, boolean byTime) {
        this.include = include;
        this.byTime = byTime;
        Comparator<InboxFile> byName = Comparator.comparing(InboxFile::name);
        this.order = byTime ? Comparator.comparingLong(InboxFile::modified).thenComparing(byName) : byName;
    }

    /**
     * The files that may be taken; folders may be among them.
     *
     * @param free whether nobody has it already
     */
    List<InboxFile> list(Path folder, Predicate<Path> free) throws IOException {
        PriorityQueue<InboxFile> first = new PriorityQueue<>(order.reversed());
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path path : all) {
                String name = path.getFileName().toString();
                if (!name.startsWith(".") && include.matcher(name).matches() && free.test(path)) {
                    first.add(new InboxFile(path, name, byTime ? modified(path) : 0));
                    if (first.size() > MOST) {
                        first.remove();
                    }
                }
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        List<InboxFile> files = new ArrayList<>(first);
        Collections.sort(files, order);
        return files;
    }

    private static long modified(Path path) {
        try {
            return Files.getLastModifiedTime(path).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }
}
