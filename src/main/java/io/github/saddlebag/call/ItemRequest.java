package io.github.saddlebag.call;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP request of one item.
 *
 * @param url absolute
 * @param headers those of the item alone; never a secret of the configuration
 * @param ofItem whether the item says where it goes
 * @param redirects how many redirects led here
 */
record ItemRequest(
        String method,
        URI url,
        Address address,
        Map<String, String> headers,
        byte @Nullable [] body,
        @Nullable String contentType,
        boolean ofItem,
        int redirects) {}
