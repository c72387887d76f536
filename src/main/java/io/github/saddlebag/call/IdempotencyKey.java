package io.github.saddlebag.call;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.support.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * A key by which an endpoint knows a request again (draft-ietf-httpapi-idempotency-key-header): the same for the same
 * items in the same order, another one for any part of them.
 *
 * <p>An endpoint that honours it gives the first answer for it again. So it is another one where that answer is known and
 * another is wanted: for the next turn of a watch list, a replay, an item that was told to come again, a job that is lost.
 */
final class IdempotencyKey {

    private static final int LENGTH = 16;

    private IdempotencyKey() {}

    /** @param lost how many jobs of these items were lost */
    static String of(List<Item> items, int lost) {
        MessageDigest digest = Sha256.begin();
        for (Item item : items) {
            byte[] content = item.wire();
            digest.update((content.length + ":").getBytes(StandardCharsets.US_ASCII));
            // as it stands in a dead letter, so that a replay can have the same key
            digest.update(Json.onOneLine(content));
            addOccasion(item, digest);
        }
        if (lost > 0) {
            digest.update(("lost " + lost).getBytes(StandardCharsets.US_ASCII));
        }
        return HexFormat.of().formatHex(digest.digest(), 0, LENGTH);
    }

    private static void addOccasion(Item item, MessageDigest digest) {
        String occasion = item.position() == null ? "" : item.position().occasion();
        if (!occasion.isEmpty() || item.tries() > 0) {
            digest.update(("on " + occasion + ' ' + item.tries()).getBytes(StandardCharsets.UTF_8));
        }
    }
}
