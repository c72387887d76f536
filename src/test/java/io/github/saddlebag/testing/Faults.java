package io.github.saddlebag.testing;

import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;

/**
 * What servers should not do, byte by byte: endless, dripping, cut, unpacked to much more than was sent, one response too
 * many. What is endless ends when the other side closes the connection.
 */
public final class Faults {

    /** Between two bytes, or lines, of what drips: far less than any timeout, and far too long for a whole response. */
    private static final long DRIP_NANOS = 100_000_000;

    private static final byte[] MUCH = "x".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);

    private static final String CHUNKED =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + "Transfer-Encoding: chunked\r\n\r\n";

    private Faults() {}

    /** Responses without end, all at once; each is refused for its size, if not for its time. */
    public static Map<String, Answer> endless() {
        Map<String, Answer> all = new TreeMap<>();
        all.put("status-line", endless("HTTP/1.1 200 ", MUCH));
        all.put("header-line", endless("HTTP/1.1 200 OK\r\nX-Long: ", MUCH));
        all.put("header-lines", endless("HTTP/1.1 200 OK\r\n", ascii("X-One: of many\r\n".repeat(1000))));
        all.put("chunk-extension", endless(CHUNKED + "1;", MUCH));
        all.put("chunk-size", endless(CHUNKED, ascii("0".repeat(4096))));
        all.put("trailer-line", endless(CHUNKED + "0\r\nX-Long: ", MUCH));
        all.put("trailer-lines", endless(CHUNKED + "0\r\n", ascii("X-One: of many\r\n".repeat(1000))));
        all.put("line-breaks", endless("", ascii("\r\n".repeat(4096))));
        return all;
    }

    /** Responses that go on and on, a little at a time; each is refused for its time. */
    public static Map<String, Answer> dripping() {
        Map<String, Answer> all = new TreeMap<>();
        String head = "HTTP/1.1 200 OK\r\nX-Drip: " + "d".repeat(10_000);
        all.put("head", dripping("", head));
        all.put("chunk-extension", dripping(CHUNKED + "1;", "e".repeat(10_000)));
        all.put("trailers", dripping(CHUNKED + "0\r\n", "X-Drip: " + "d".repeat(10_000)));
        all.put("body", dripping("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n", " ".repeat(10_000)));
        all.put("interim", again("HTTP/1.1 102 Processing\r\n\r\n", DRIP_NANOS));
        all.put("hints", again("HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n", DRIP_NANOS));
        all.put("zip-of-nothing", zipOfNothing());
        return all;
    }

    /** A body without end. */
    public static Answer endlessBody() {
        return endless("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", MUCH);
    }

    /** Interim responses without end, as fast as they can be written. */
    public static Answer interimFlood() {
        return endless("", ascii("HTTP/1.1 102 Processing\r\n\r\n".repeat(100)));
    }

    /** Good answers in unusual clothes: interim responses first, and chunks with extensions and trailers. */
    public static Answer elaborate(byte[] body) {
        return TestApi.wire(out -> {
            out.write(ascii("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"));
            out.write(ascii(
                    "HTTP/1.1 200 OK\r\nX-Large: " + "x".repeat(20_000) + "\r\nTransfer-Encoding: chunked\r\n\r\n"));
            for (byte one : body) {
                out.write(ascii("1;name=" + "v".repeat(1000) + "\r\n"));
                out.write(one);
                out.write(ascii("\r\n"));
            }
            out.write(ascii("0\r\nX-Trailer: " + "t".repeat(20_000) + "\r\n\r\n"));
            out.flush();
            return true;
        });
    }

    /** Some thousand bytes that become so many when they are unpacked. */
    public static Answer bomb(int megabytes) {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
            byte[] blank = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < megabytes; i++) {
                zip.write(blank);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return TestApi.answer(200, zipped.toByteArray()).with("Content-Encoding", "gzip");
    }

    /** A response that ends within its head. */
    public static Answer cutHead() {
        return TestApi.wire(out -> {
            out.write(ascii("HTTP/1.1 200 OK\r\nContent-Ty"));
            return false;
        });
    }

    /** The same response twice: the second one is nobody's. */
    public static Answer twice(byte[] body) {
        return TestApi.wire(out -> {
            byte[] response = response(body, body.length);
            byte[] both = new byte[response.length * 2];
            System.arraycopy(response, 0, both, 0, response.length);
            System.arraycopy(response, 0, both, response.length, response.length);
            out.write(both);
            out.flush();
            return true;
        });
    }

    /** The same response twice, the second one later. */
    public static Answer again(byte[] body, long millis, Runnable written) {
        return TestApi.wire(out -> {
            out.write(response(body, body.length));
            out.flush();
            LockSupport.parkNanos(millis * 1_000_000);
            out.write(response(body, body.length));
            out.flush();
            written.run();
            return true;
        });
    }

    /** A response whose length leaves some of its body to the next one. */
    public static Answer tooShort(byte[] body, int by) {
        return TestApi.wire(out -> {
            out.write(response(body, body.length - by));
            out.flush();
            return true;
        });
    }

    /** A response by HTTP/1.1 that says so many bytes, whatever it has. */
    private static byte[] response(byte[] body, int length) {
        ByteArrayOutputStream response = new ByteArrayOutputStream();
        response.writeBytes(
                ascii("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n"));
        response.writeBytes(body);
        return response.toByteArray();
    }

    private static Answer endless(String first, byte[] then) {
        return TestApi.wire(out -> {
            out.write(ascii(first));
            while (!Thread.interrupted()) {
                out.write(then);
            }
            return false;
        });
    }

    private static Answer dripping(String first, String then) {
        return TestApi.wire(out -> {
            out.write(ascii(first));
            out.flush();
            for (byte one : ascii(then)) {
                LockSupport.parkNanos(DRIP_NANOS);
                out.write(one);
                out.flush();
            }
            return false;
        });
    }

    private static Answer again(String text, long nanos) {
        return TestApi.wire(repeated(text, nanos));
    }

    private static Wire repeated(String text, long nanos) {
        return (OutputStream out) -> {
            while (!Thread.interrupted()) {
                out.write(ascii(text));
                out.flush();
                LockSupport.parkNanos(nanos);
            }
            return false;
        };
    }

    /** A zipped body of blocks that hold nothing (RFC 1951 3.2.4), so that there is never a byte of it to read. */
    private static Answer zipOfNothing() {
        byte[] head = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
        byte[] nothing = {0, 0, 0, (byte) 0xff, (byte) 0xff};
        return TestApi.wire(out -> {
            out.write(ascii(CHUNKED.replace("\r\n\r\n", "\r\nContent-Encoding: gzip\r\n\r\n") + "a\r\n"));
            out.write(head);
            while (!Thread.interrupted()) {
                out.write(ascii("\r\n5\r\n"));
                out.write(nothing);
                out.flush();
                LockSupport.parkNanos(DRIP_NANOS);
            }
            return false;
        });
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
