package io.github.saddlebag.job;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
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
            if (text.isEmpty() || text.startsWith("?")) {
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

    /** The address with the id of a job behind it, as a fragment, which is never sent. */
    static URI withId(URI address, String id) {
        return URI.create(address + "#" + URLEncoder.encode(id, StandardCharsets.UTF_8));
    }

    /** The id that stands behind an address; null: none. */
    static @Nullable String idOf(URI address) {
        String fragment = address.getRawFragment();
        return fragment == null ? null : URLDecoder.decode(fragment, StandardCharsets.UTF_8);
    }

    /** The path and query of an address as it is asked: with those parameters of the target that it does not have itself. */
    public String toAsk(String path) {
        List<String> parameters = parameters(path);
        StringBuilder all = new StringBuilder(path);
        for (String own : parameters(target.toString())) {
            if (parameters.stream().noneMatch(p -> name(p).equals(name(own)))) {
                all.append(all.indexOf("?") < 0 ? '?' : '&').append(own);
            }
        }
        return all.toString();
    }

    /** A digest of the target, its query included: jobs of another target, or of other parameters, are none of ours. */
    public String fingerprint() {
        return ItemKey.of(target.toString());
    }

    private URI withoutOwnQuery(URI address) {
        List<String> own = parameters(target.toString()).stream()
                .map(JobAddresses::decoded)
                .toList();
        List<String> rest = parameters(address.toString()).stream()
                .filter(parameter -> !own.contains(decoded(parameter)))
                .toList();
        return URI.create(withoutQuery(address) + (rest.isEmpty() ? "" : '?' + String.join("&", rest)));
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

    private static List<String> parameters(String address) {
        String[] parts = address.split("#", 2)[0].split("\\?", 2);
        return parts.length < 2 || parts[1].isEmpty() ? List.of() : List.of(parts[1].split("&"));
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

    private static String withoutQuery(URI uri) {
        return uri.toString().split("[?#]", 2)[0];
    }

    /** What of an address is sent. */
    public static URI withoutFragment(URI uri) {
        return URI.create(uri.toString().split("#", 2)[0]);
    }
}
