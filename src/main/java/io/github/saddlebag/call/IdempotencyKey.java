package io.github.saddlebag.call;

import io.github.saddlebag.batch.Item;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A key by which an endpoint knows a request again (draft-ietf-httpapi-idempotency-key-header): the same for the same
 * items in the same order, another one for any part of them.
 */
final class IdempotencyKey {

    private static final int LENGTH = 16;

    private IdempotencyKey() {}

    static String of(List<Item> items) {
        MessageDigest digest = sha256();
        for (Item item : items) {
            byte[] content = item.wire();
            digest.update((content.length + ":").getBytes(StandardCharsets.US_ASCII));
            digest.update(content);
        }
        return HexFormat.of().formatHex(digest.digest(), 0, LENGTH);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
