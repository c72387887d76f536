package io.github.saddlebag.input;

import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.support.Sha256;
import io.github.saddlebag.unpack.UnreadableInputException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An input that stands at an http or https address: it is fetched whole to a file, which is read from then on, so that a
 * run can go on from its checkpoint. A file that is there already and was not fetched from this address stays as it is.
 */
public final class FetchedFile {

    private static final Pattern ENDING =
            Pattern.compile("(?:\\.(?:csv|tsv|jsonl|ndjson|json|txt))?(?:\\.(?:gz|zst))?$", Pattern.CASE_INSENSITIVE);

    private static final int ATTEMPTS = 3;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private final URI address;
    private final String shown;
    private final Path file;
    private final long most;
    /** By what the server knows this content; null: by nothing. */
    private @Nullable String version;

    /**
     * @param base the file's name, to which the ending of the address is added, for it tells the format
     * @param most how many bytes it may have
     */
    public FetchedFile(String address, Path base, long most) {
        this.address = URI.create(address);
        this.shown = Setting.withoutQuery(address);
        this.file = base.resolveSibling(base.getFileName() + ending(this.address));
        this.most = most;
    }

    /** Whether a name is an address that can be fetched. */
    public static boolean isAddress(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("http://") || lower.startsWith("https://");
    }

    private static String ending(URI address) {
        Matcher found = ENDING.matcher(address.getPath() == null ? "" : address.getPath());
        return found.find() ? found.group().toLowerCase(Locale.ROOT) : "";
    }

    /** Where it is kept. */
    public Path file() {
        return file;
    }

    /** The address without its query, which may hold secrets. */
    public String shown() {
        return shown;
    }

    /**
     * Fetches it.
     *
     * @param anew whether it is fetched although it was before; the file stays as it is where nothing has changed
     * @return whether it was fetched now
     * @throws IOException what came is not it, or not all of it; the file is as it was
     */
    public boolean fetch(boolean anew) throws IOException {
        boolean known = Files.exists(file);
        if (known && !(Files.exists(from()) && Files.readString(from()).equals(digest()))) {
            throw new UnreadableInputException("--input " + shown + ": " + file
                    + " is there already, and was not fetched from there. Move it away, or name another output.");
        }
        if (known && !anew) {
            return false;
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        download(part);
        if (known && Files.mismatch(part, file) < 0) {
            Files.delete(part);
            return true;
        }
        Files.writeString(from(), digest());
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return true;
    }

    private Path from() {
        return file.resolveSibling(file.getFileName() + ".from");
    }

    /** Of the address without its query: that of a signed one is another each time. */
    private String digest() {
        return Sha256.hex(shown);
    }

    private void download(Path part) throws IOException {
        Files.deleteIfExists(part);
        for (int attempt = 1; ; attempt++) {
            try {
                receive(part);
                return;
            } catch (UnreadableInputException e) {
                Files.deleteIfExists(part);
                throw e;
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw new UnreadableInputException("--input " + shown + ": " + e.getMessage() + " (attempt "
                            + attempt + " of " + ATTEMPTS + "). Start again when it can be reached.");
                }
            }
        }
    }

    /** Receives it, or what is missing of it. */
    private void receive(Path part) throws IOException {
        long before = version == null || !Files.exists(part) ? 0 : Files.size(part);
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
        connection.setConnectTimeout((int) CONNECT.toMillis());
        connection.setReadTimeout((int) SILENCE.toMillis());
        if (before > 0) {
            connection.setRequestProperty("Range", "bytes=" + before + "-");
            connection.setRequestProperty("If-Range", version);
        }
        try {
            boolean rest = check(connection, before > 0);
            String tag = connection.getHeaderField("ETag");
            version = tag == null || tag.startsWith("W/") ? null : tag;
            long from = rest ? before : 0;
            long length = connection.getContentLengthLong();
            check(from + length);
            try (InputStream in = connection.getInputStream();
                    FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                out.truncate(from).position(from);
                long read = copy(in, out, from);
                if (length >= 0 && read != length) {
                    throw new IOException("it broke off after " + read + " of " + length + " bytes");
                }
                out.force(true);
            }
        } finally {
            connection.disconnect();
        }
    }

    private long copy(InputStream in, FileChannel out, long from) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long read = 0;
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            read += count;
            check(from + read);
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        }
        return read;
    }

    /** Returns whether what comes is the rest of it. */
    private boolean check(HttpURLConnection connection, boolean restAsked) throws IOException {
        int status = connection.getResponseCode();
        if (status == 200 || status == 206 && restAsked) {
            return status == 206;
        }
        if (status >= 500 || status == 429) {
            throw new IOException("it answered " + status);
        }
        throw new UnreadableInputException("--input " + shown + ": it answered " + status + ", not 200."
                + (status / 100 == 3
                        ? " Give the address that it leads to."
                        : " What needs a login is fetched by another program, and read by --input -."));
    }

    private void check(long length) throws UnreadableInputException {
        if (length > most) {
            throw new UnreadableInputException("--input " + shown + ": it has more than " + most
                    + " bytes, which is the most that is fetched. Raise --input-max, or fetch it by another program.");
        }
    }
}
