package io.github.saddlebag.address;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses belong to the public Internet, by the special-purpose registries of IANA (RFC 6890, RFC 8190). Forms
 * of IPv6 that carry an IPv4 address within them are not public, for what they lead to can be anything.
 */
final class Addresses {

    private static final List<Block> SPECIAL = List.of(
            Block.of("0.0.0.0/8"),
            Block.of("10.0.0.0/8"),
            Block.of("100.64.0.0/10"),
            Block.of("127.0.0.0/8"),
            Block.of("168.63.129.16/32"), // a cloud's metadata, at an address that looks like any other
            Block.of("169.254.0.0/16"),
            Block.of("172.16.0.0/12"),
            Block.of("192.0.0.0/24"),
            Block.of("192.0.2.0/24"),
            Block.of("192.88.99.0/24"),
            Block.of("192.168.0.0/16"),
            Block.of("198.18.0.0/15"),
            Block.of("198.51.100.0/24"),
            Block.of("203.0.113.0/24"),
            Block.of("224.0.0.0/3"),
            Block.of("2001::/23"),
            Block.of("2001:db8::/32"),
            Block.of("2002::/16"),
            Block.of("3fff::/20"));

    private static final Block GLOBAL_UNICAST = Block.of("2000::/3");

    private Addresses() {}

    static boolean isPublic(InetAddress address) {
        if (!(address instanceof Inet4Address) && !GLOBAL_UNICAST.contains(address)) {
            return false;
        }
        return SPECIAL.stream().noneMatch(block -> block.contains(address));
    }

    /** The address that a text stands for by itself, or null: it is a name. Only the canonical forms are addresses. */
    static @Nullable InetAddress literal(String text) {
        boolean six = text.indexOf(':') >= 0;
        if (!six && !text.matches("\\d{1,3}(\\.\\d{1,3}){3}") || text.indexOf('%') >= 0) {
            return null;
        }
        if (!six && text.matches("(.*\\.)?0\\d.*")) {
            // some read it as octal
            return null;
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Whether it is a number in disguise: what ends in a number is no name (WHATWG URL, 3.5). */
    static boolean looksLikeNumber(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        String last = name.substring(name.lastIndexOf('.') + 1);
        return last.matches("\\d+|0[xX][0-9a-fA-F]*");
    }

    /** A range of addresses: {@code 10.0.0.0/8}, or a single one. */
    record Block(byte[] prefix, int bits) {

        /** @throws IllegalArgumentException it is none */
        static Block of(String text) {
            int slash = text.indexOf('/');
            InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
            if (address == null) {
                throw new IllegalArgumentException(text);
            }
            byte[] prefix = address.getAddress();
            int bits = slash < 0 ? prefix.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > prefix.length * 8) {
                throw new IllegalArgumentException(text);
            }
            return new Block(prefix, bits);
        }

        boolean contains(InetAddress address) {
            byte[] bytes = address.getAddress();
            if (bytes.length != prefix.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit += 8) {
                int mask = bits - bit >= 8 ? 0xff : 0xff << 8 - (bits - bit);
                if (((bytes[bit / 8] ^ prefix[bit / 8]) & mask & 0xff) != 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
