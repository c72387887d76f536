package io.github.saddlebag.inbox;

import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.source.InboxFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists the files of a folder, the first ones in their order; so many that memory is bounded, and no more. */
final class InboxListing {

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
    private static final int MOST = 50_000;

    private final Pattern include;
    private final boolean byTime;
    private final boolean recursive;
    private final String marker;
    private final Comparator<InboxFile> order;

    /**
     * @param include names that are taken: a regular expression for the whole name, capitals or not
     * @param order which files begin first: {@code name} or {@code time}, those that were changed first
     * @param recursive whether folders below are looked into
     * @param marker how the names of files end that say that another one is written to its end; empty: there are none
     */
    public InboxListing(String include, String order, boolean recursive, String marker) {
        try {
            // a name may have a line feed in it
            this.include = Pattern.compile(include, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
        } catch (PatternSyntaxException e) {
            throw Setting.bad(
                    "source.file.include", include, "it is no regular expression: " + e.getDescription() + ".");
        }
        if (marker.contains("/")) {
            throw Setting.bad("source.file.marker", marker, "give the end of a name, such as .ok.");
        }
        this.recursive = recursive;
        this.marker = marker.trim();
        this.byTime = Setting.oneOf("source.file.order", order, "name", "time").equals("time");
        Comparator<InboxFile> byName = Comparator.comparing(InboxFile::name);
        this.order = byTime ? Comparator.comparingLong(InboxFile::modified).thenComparing(byName) : byName;
    }

    /** How the names of files end that say that another one is written to its end; empty: there are none. */
    String marker() {
        return marker;
    }

    /**
     * The files that may be taken.
     *
     * @param free whether nobody has it already
     */
    List<InboxFile> list(Path root, Predicate<Path> free) throws IOException {
        PriorityQueue<InboxFile> first = new PriorityQueue<>(order.reversed());
        Deque<Path> folders = new ArrayDeque<>(List.of(root));
        while (!folders.isEmpty()) {
            Path folder = folders.remove();
            try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
                for (Path path : all) {
                    String name = path.getFileName().toString();
                    if (name.startsWith(".") || !marker.isEmpty() && name.endsWith(marker)) {
                        continue;
                    }
                    // a folder behind a link may be this one
                    if (recursive && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                        folders.add(path);
                    } else if (include.matcher(name).matches() && free.test(path)) {
                        add(first, root, path);
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            } catch (IOException e) {
                if (folder.equals(root)) {
                    throw e;
                }
                // a folder that was taken away, or may not be read, hides no other one
                LOG.debug("{} cannot be read.", folder, e);
            }
        }
        List<InboxFile> files = new ArrayList<>(first);
        Collections.sort(files, order);
        return files;
    }

    private void add(PriorityQueue<InboxFile> first, Path root, Path path) {
        String name = root.relativize(path).toString().replace(File.separatorChar, '/');
        first.add(new InboxFile(root, path, name, byTime ? modified(path) : 0));
        if (first.size() > MOST) {
            first.remove();
        }
    }

    private static long modified(Path path) {
        try {
            return Files.getLastModifiedTime(path).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }
}
