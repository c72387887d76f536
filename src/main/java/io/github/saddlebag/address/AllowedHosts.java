package io.github.saddlebag.address;

import io.github.saddlebag.setting.Setting;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which hosts may be called where an address comes from an item or from a redirect. What decides is the address that a
 * connection is made to, not the name: a name may lead anywhere.
 */
public final class AllowedHosts {

    private static final String RULE = "give words separated by commas: public, a host such as api.example.com,"
            + " *.example.com, an address or a range such as 10.1.0.0/16, each with a :port where only that is meant; or"
            + " any.";

    private final List<Entry> entries = new ArrayList<>();
    private final boolean everything;
    private final boolean internet;

    /** @param name a host, or what it ends with behind a star; null where the entry is a range of addresses */
    private record Entry(@Nullable String name, Addresses.@Nullable Block block, int port) {

        boolean hasName(String host, int hostPort) {
            return name != null
                    && (port == 0 || port == hostPort)
                    && (name.startsWith("*") ? host.endsWith(name.substring(1)) : host.equals(name));
        }

        boolean hasAddress(InetAddress address, int hostPort) {
            return block != null && (port == 0 || port == hostPort) && block.contains(address);
        }
    }

    /** @param hosts words separated by commas: {@code public}, {@code any}, hosts, addresses, ranges */
    public AllowedHosts(String hosts) {
        List<String> words = Setting.words(hosts.toLowerCase(Locale.ROOT));
        everything = words.contains("any");
        internet = words.contains("public");
        for (String word : words) {
            if (word.contains("://")) {
                throw Setting.bad("call.allow-hosts", hosts, RULE);
            }
            if (!word.equals("any") && !word.equals("public")) {
                entries.add(entry(hosts, word));
            }
        }
    }

    /**
     * The addresses of a host that may be connected to.
     *
     * @throws RefusedRequestException there is none
     */
    public InetAddress[] of(Address address, InetAddress[] addresses) {
        if (hasName(address)) {
            return addresses;
        }
        int port = address.port();
        InetAddress[] allowed = Arrays.stream(addresses)
                .filter(one -> internet && Addresses.isPublic(one)
                        || entries.stream().anyMatch(entry -> entry.hasAddress(one, port)))
                .toArray(InetAddress[]::new);
        if (allowed.length == 0) {
            boolean internal = addresses.length > 0 && Arrays.stream(addresses).noneMatch(Addresses::isPublic);
            throw refused(address, internal ? "its address is none of the public Internet" : "it is not allowed");
        }
        return allowed;
    }

    /**
     * For rehearsals, where nothing is known of where a name leads to.
     *
     * @throws RefusedRequestException it is refused wherever it leads
     */
    public void rehearse(Address address) {
        int port = address.port();
        boolean mayBe = internet
                || hasName(address)
                || entries.stream().anyMatch(entry -> entry.block != null && (entry.port == 0 || entry.port == port));
        if (!mayBe) {
            throw refused(address, "it is not allowed");
        }
    }

    private static RefusedRequestException refused(Address address, String why) {
        return new RefusedRequestException("The host " + address.host() + ':' + address.port() + " is refused: " + why
                + ". An item may name it where saddlebag.call.allow-hosts has it.");
    }

    /** Whether the host is allowed by its name, wherever that leads. */
    public boolean hasName(Address address) {
        String host = address.host();
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return everything || entries.stream().anyMatch(entry -> entry.hasName(name, address.port()));
    }

    private static Entry entry(String hosts, String word) {
        String host = word;
        int port = 0;
        int colon = word.lastIndexOf(':');
        boolean six = word.indexOf(':') != colon || word.startsWith("[");
        if (colon > 0 && (!six || word.charAt(colon - 1) == ']')) {
            port = Setting.integer("call.allow-hosts", word.substring(colon + 1), 1, 65_535);
            host = word.substring(0, colon);
        }
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            if (host.indexOf('/') >= 0 || Addresses.literal(host) != null) {
                return new Entry(null, Addresses.Block.of(host), port);
            }
        } catch (IllegalArgumentException e) {
            throw Setting.bad("call.allow-hosts", hosts, RULE);
        }
        if (!host.matches("(\\*\\.)?[a-z0-9_-]+(\\.[a-z0-9_-]+)*") || Addresses.looksLikeNumber(host)) {
            throw Setting.bad("call.allow-hosts", hosts, RULE);
        }
        return new Entry(host, null, port);
    }
}
