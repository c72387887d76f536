package io.github.saddlebag.address;

import java.net.URI;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP request of one item.
 *
 * @param url absolute
 * @param headers those of the item alone; never a secret of the configuration
 * @param ofItem whether the item says where it goes
 * @param redirects how many redirects led here
 */
public record ItemRequest(
        String method,
        URI url,
        Address address,
        Map<String, String> headers,
        byte @Nullable [] body,
        @Nullable String contentType,
        boolean ofItem,
        int redirects) {

    /**
     * All its headers, in the order in which they are set: what is set later replaces what was set before.
     *
     * @param more besides those of the request itself
     */
    public void eachHeader(Map<String, String> more, BiConsumer<String, String> set) {
        more.forEach(set);
        if (contentType != null) {
            set.accept("Content-Type", contentType);
        }
        headers.forEach(set);
    }
}
