package io.github.saddlebag.call;

import io.github.saddlebag.address.Address;
import io.github.saddlebag.address.ItemHeaders;
import io.github.saddlebag.address.ItemRequest;
import io.github.saddlebag.address.ItemUrl;
import io.github.saddlebag.address.RefusedRequestException;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.Hosts;
import io.github.saddlebag.endpoint.Reply;
import io.github.saddlebag.endpoint.Target;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Follows a redirect (RFC 9110 15.4), by a request of its own that passes all limits again. What the item says is not
 * taken along to another host, but for what is harmless.
 *
 * @param most how many redirects are followed for a request; 0: none
 */
public record FollowRedirect(Hosts hosts, int most) implements Processor {

    @Override
    public void process(Exchange exchange) {
        CallState state = CallState.of(exchange);
        Reply reply = state.reply();
        if (reply == null || reply.status() < 300 || reply.status() > 399) {
            return;
        }
        ItemRequest request = state.request();
        String location = state.location();
        if (!isRedirect(reply.status()) || location == null || request.redirects() >= most) {
            return;
        }
        ItemRequest next = next(request, reply.status(), location);
        state.to(hosts.of(next.address(), next.url()), next);
        exchange.setException(new RedirectedException());
    }

    /**
     * Where a batch is redirected to, if it may be sent there: by 307 or 308, which keep method and body (RFC 9110 15.4.8),
     * within the origin of the endpoint (RFC 6454), for each request carries its headers.
     *
     * @return the path and the query as they are to be sent; null: it is not followed
     */
    static @Nullable String ofBatch(int status, @Nullable String location, Target target) {
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

    static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    private static ItemRequest next(ItemRequest request, int status, String location) {
        URI url = url(location, request.url());
        Address address = Address.of(url);
        boolean asGet = status == 303 && !request.method().equals("HEAD")
                || status < 303 && request.method().equals("POST");
        boolean same = address.sameAuthority(request.address());
        Map<String, String> headers = new LinkedHashMap<>(request.headers());
        headers.keySet()
                .removeIf(name -> !same && !ItemHeaders.isHarmless(name)
                        || asGet && name.toLowerCase(Locale.ROOT).startsWith("content-"));
        byte @Nullable [] body = asGet ? null : request.body();
        String type = asGet ? null : request.contentType();
        return new ItemRequest(
                asGet ? "GET" : request.method(), url, address, headers, body, type, true, request.redirects() + 1);
    }

    private static URI url(String location, URI base) {
        try {
            return ItemUrl.of(location, base);
        } catch (RefusedRequestException e) {
            throw new RefusedRequestException("The endpoint redirects the request, and that is not followed: "
                    + e.reason().replaceFirst("^The item's url", "the address"));
        }
    }
}
