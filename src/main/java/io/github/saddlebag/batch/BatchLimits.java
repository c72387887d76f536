package io.github.saddlebag.batch;

/**
 * How large a batch may become.
 *
 * @param maxItems items, at least 1
 * @param maxBytes bytes on the wire, at least 1; an item that is larger by itself goes alone
 * @param separatorBytes what stands between two items on the wire
 * @param uniqueIds whether no id may stand twice in a batch, as answers that are matched by id need
 */
record BatchLimits(int maxItems, long maxBytes, int separatorBytes, boolean uniqueIds) {

    boolean fits(int items, long bytes) {
        return items <= maxItems && bytes <= maxBytes;
    }

    long wireBytes(Item item) {
        byte[] content = item.content();
        return separatorBytes + (content == null ? 0 : content.length);
    }
}
