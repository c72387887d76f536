package io.github.saddlebag.call;

import io.github.saddlebag.address.Address;
import io.github.saddlebag.address.ItemUrl;
import io.github.saddlebag.address.RefusedRequestException;
import io.github.saddlebag.endpoint.Target;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where a batch is redirected to, if it may be sent there: by 307 or 308, which keep method and body (RFC 9110 15.4.8),
 * within the origin of the endpoint (RFC 6454), for each request carries its headers.
 */
final class SameOrigin {

    private SameOrigin() {}

    /** The path and the query as they are to be sent; null: it is not followed. */
    static @Nullable String of(int status, @Nullable String location, Target target) {
        URI base = target.url();
        if (status != 307 && status != 308 || location == null || base == null) {
            return null;
        }
        try {
            Address to = Address.of(ItemUrl.of(location.trim(), base));
            return to.sameAuthority(Address.of(base)) ? to.uri() : null;
        } catch (RefusedRequestException e) {
            return null;
        }
    }
}
