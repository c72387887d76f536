package io.github.saddlebag.job;

import io.github.saddlebag.setting.Setting;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where jobs may be asked for: addresses of the target's own origin (RFC 6454), as each request carries the target's
 * headers, and an endpoint must not send them elsewhere; and those of hosts that are allowed, which get none of them.
 *
 * <p>An address that differs from the target's origin in that it says http, and not https, is taken for one of it: behind
 * a proxy that ends TLS endpoints know no better.
 *
 * <p>The parameters of the target's query, which may hold a key, are left out of what is remembered of an address, and
 * added when it is asked.
 */
public final class JobAddresses {

    private final URI target;
    private final Set<String> allowed;

    /**
     * @param target the address that jobs are submitted to, with its query
     * @param allowed hosts, or hosts with a port, that may be asked besides, in lower case
     */
    public JobAddresses(URI target, Set<String> allowed) {
        this.target = target;
        this.allowed = allowed;
    }

    /**
     * Hosts, or hosts with a port, that may be asked besides, as they are configured.
     *
     * @throws IllegalArgumentException there is something else among them
     */
    public static Set<String> hosts(String list) {
        Set<String> hosts = new TreeSet<>();
        for (String host : Setting.words(list)) {
            if (!host.matches("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(:\\d{1,5})?")) {
                throw Setting.bad("job.allow-hosts", list, "give names of hosts, each with a port or without.");
            }
            hosts.add(host.toLowerCase(Locale.ROOT));
        }
        return hosts;
    }

    /** What an endpoint wrote as an address, resolved. Empty: it is none, or one that may not be asked. */
    public Optional<URI> resolve(String reference) {
        return resolve(reference, target);
    }

    /** The same for what the answer of another address says. */
    public Optional<URI> resolve(String reference, URI base) {
        URI address;
        try {
            String text = reference.trim();
            if (text.isEmpty() || text.startsWith("?")) {
                // java.net.URI would drop the last part of the path (against RFC 3986 5.2.2)
                text = withoutQuery(base) + text;
            }
            address =
                    withoutFragment(withoutFragment(base).resolve(new URI(text)).normalize());
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
        if (isAllowed(address) && !isOwn(address)) {
            return Optional.of(address);
        }
        URI secured = secured(address);
        return isOwn(secured) ? Optional.of(withoutOwnQuery(secured)) : Optional.empty();
    }

    private URI secured(URI address) {
        if (!lower(address.getScheme()).equals("http")
                || !lower(target.getScheme()).equals("https")) {
            return address;
        }
        String secured = "https" + address.toString().substring("http".length());
        // each of them has a port of its own, which may be left out
        return URI.create(address.getPort() == 80 ? secured.replaceFirst(":80(?=[/?]|$)", "") : secured);
    }

    private boolean isAllowed(URI address) {
        String host = lower(address.getHost());
        String scheme = lower(address.getScheme());
        return !host.isEmpty()
                && address.getRawUserInfo() == null
                && (scheme.equals("http") || scheme.equals("https"))
                && (allowed.contains(host) || allowed.contains(host + ":" + port(address)));
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

    /** The address that jobs are submitted to. */
    URI target() {
        return target;
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

    /** Whether it is of the target's own origin, and gets its headers. */
    public boolean isOwn(URI address) {
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
