package io.github.saddlebag.job;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Position;
import io.github.saddlebag.support.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * By what an item is known again after a restart: a digest of where it stands in its source and of its content. Equal
 * items of one source differ by where they stand; those of callers, who have none, are the same.
 */
final class ItemKey {

    private static final int LENGTH = 16;

    private ItemKey() {}

    static String of(Item item) {
        MessageDigest digest = Sha256.begin();
        Position position = item.position();
        if (position != null) {
            digest.update((position.source() + '\0' + position.number() + '\0').getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest(item.wire()), 0, LENGTH);
    }

    /** A digest of text that must not be readable itself. */
    static String of(String text) {
        return Sha256.hex(text).substring(0, 2 * LENGTH);
    }
}
