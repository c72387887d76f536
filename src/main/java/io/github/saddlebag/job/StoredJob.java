package io.github.saddlebag.job;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Position;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job that the endpoint has taken on, as it is remembered.
 *
 * @param file where it stands on disk
 * @param address where it is asked for, without what the target's query adds
 * @param target a digest of the address and the query that it was submitted to
 * @param key the correlation key of its items
 * @param submitted when the endpoint took it on
 * @param entries its items, in the order in which they were sent
 * @param sources digests of the names of those sources of its items that give them again after a crash
 */
public record StoredJob(
        Path file,
        URI address,
        String target,
        String key,
        Instant submitted,
        List<Entry> entries,
        Set<String> sources) {

    /**
     * An item of a job.
     *
     * @param key by what it is known again
     * @param id the id that its answer repeats, or null
     * @param numeric whether the id is a number
     */
    public record Entry(String key, @Nullable String id, boolean numeric) {

        static Entry of(Item item) {
            return new Entry(ItemKey.of(item), item.id(), item.numericId());
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StoredJob job && job.file.equals(file);
    }

    @Override
    public int hashCode() {
        return file.hashCode();
    }

    static List<Entry> entries(List<Item> items) {
        List<Entry> entries = new ArrayList<>(items.size());
        for (Item item : items) {
            entries.add(Entry.of(item));
        }
        return entries;
    }

    static Set<String> sources(List<Item> items) {
        Set<String> sources = new LinkedHashSet<>();
        String last = null;
        for (Item item : items) {
            Position position = item.position();
            if (position != null && position.isReadAgain() && !position.source().equals(last)) {
                last = position.source();
                sources.add(ItemKey.of(last));
            }
        }
        return sources;
    }
}
