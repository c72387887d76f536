package io.github.saddlebag.job;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where jobs may be asked for: addresses of the target's own origin (RFC 6454), as each request carries the target's
 * headers, and an endpoint must not send them elsewhere.
 *
 * <p>The parameters of the target's query, which may hold a key, are left out of what is remembered of an address, and
 * added when it is asked.
 */
public final class JobAddresses {

    private final URI target;

    /** @param target the address that jobs are submitted to, with its query */
    public JobAddresses(URI target) {
        this.target = target;
    }

    /** What an endpoint wrote as an address, resolved. Empty: it is none, or one of another origin. */
    public Optional<URI> resolve(String reference) {
        URI address;
        try {
            String text = reference.trim();
            if (text.startsWith("?")) {
                // java.net.URI would drop the last part of the path (against RFC 3986 5.2.2)
                text = withoutQuery(target) + text;
            }
            address = withoutFragment(target.resolve(new URI(text)).normalize());
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
        return isOwn(address) ? Optional.of(withoutOwnQuery(address)) : Optional.empty();
    }

    /**
     * The address for an id.
     *
     * @param template an address, absolute or relative to the target, with {@code <id>} in the place of the id
     */
    public Optional<URI> of(String template, String id) {
        String encoded = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
        return resolve(template.replace("<id>", encoded));
    }

    /** The address as it is asked: with those parameters of the target's query that it does not have itself. */
    public URI toAsk(URI address) {
        List<String> parameters = parameters(address);
        List<String> all = new ArrayList<>(parameters);
        for (String own : parameters(target)) {
            if (parameters.stream().noneMatch(p -> name(p).equals(name(own)))) {
                all.add(own);
            }
        }
        return withQuery(address, all);
    }

    /** A digest of the target, its query included: jobs of another target, or of other parameters, are none of ours. */
    public String fingerprint() {
        return ItemKey.of(target.toString());
    }

    private URI withoutOwnQuery(URI address) {
        List<String> own =
                parameters(target).stream().map(JobAddresses::decoded).toList();
        return withQuery(
                address,
                parameters(address).stream()
                        .filter(p -> !own.contains(decoded(p)))
                        .toList());
    }

    private boolean isOwn(URI address) {
        return address.getHost() != null
                && address.getRawUserInfo() == null
                && lower(address.getScheme()).equals(lower(target.getScheme()))
                && lower(address.getHost()).equals(lower(target.getHost()))
                && port(address) == port(target);
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return lower(uri.getScheme()).equals("https") ? 443 : 80;
    }

    private static String lower(@Nullable String text) {
        return text == null ? "" : text.toLowerCase(Locale.ROOT);
    }

    private static List<String> parameters(URI uri) {
        String query = uri.getRawQuery();
        return query == null || query.isEmpty() ? List.of() : List.of(query.split("&"));
    }

    private static String name(String parameter) {
        return decoded(parameter.split("=", 2)[0]);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static URI withQuery(URI address, List<String> parameters) {
        return URI.create(withoutQuery(address) + (parameters.isEmpty() ? "" : '?' + String.join("&", parameters)));
    }

    private static String withoutQuery(URI uri) {
        return uri.toString().split("[?#]", 2)[0];
    }

    private static URI withoutFragment(URI uri) {
        return URI.create(uri.toString().split("#", 2)[0]);
    }
}
