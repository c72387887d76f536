package io.github.saddlebag.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.saddlebag.support.FolderSync;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A job on disk: one JSON file each, written as a whole or not at all, and for the eyes of its owner only. */
final class JobFile {

    static final String SUFFIX = ".job";
    private static final String UNFINISHED = ".tmp";
    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private JobFile() {}

    /** Makes the folder, where there is none. */
    static void createFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        if (folder.getParent() != null) {
            Files.createDirectories(folder.getParent());
        }
        try {
            Files.createDirectory(folder, owner(folder, "rwx------"));
            // or all that is in it is lost with its name
            FolderSync.of(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
    }

    /** Writes it; when this returns, a loss of power does not lose it. */
    static void write(StoredJob job) throws IOException {
        Path unfinished = job.file().resolveSibling(job.file().getFileName() + UNFINISHED);
        try (FileChannel out = FileChannel.open(
                unfinished,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE),
                owner(unfinished, "rw-------"))) {
            ByteBuffer bytes = ByteBuffer.wrap(json(job));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(unfinished, job.file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        FolderSync.of(job.file());
    }

    private static byte[] json(StoredJob job) throws IOException {
        ObjectNode json = JSON.createObjectNode()
                .put("version", VERSION)
                .put("address", job.address().toString())
                .put("target", job.target())
                .put("key", job.key())
                .put("submitted", job.submitted().toString());
        ArrayNode sources = json.putArray("sources");
        job.sources().forEach(sources::add);
        ArrayNode items = json.putArray("items");
        for (StoredJob.Entry entry : job.entries()) {
            items.addArray().add(entry.key()).add(entry.id()).add(entry.numeric());
        }
        return JSON.writeValueAsBytes(json);
    }

    /** @throws IOException it is none, or of another version */
    static StoredJob read(Path file) throws IOException {
        JsonNode json = JSON.readTree(Files.readAllBytes(file));
        if (json.path("version").asInt() != VERSION) {
            throw new IOException("it is not of version " + VERSION);
        }
        List<StoredJob.Entry> entries = new ArrayList<>();
        for (JsonNode item : json.path("items")) {
            String id = item.path(1).isNull() ? null : item.path(1).asText();
            entries.add(
                    new StoredJob.Entry(item.path(0).asText(), id, item.path(2).asBoolean()));
        }
        Set<String> sources = new LinkedHashSet<>();
        json.path("sources").forEach(source -> sources.add(source.asText()));
        if (!json.has("sources")) {
            // of an earlier version: they are not known, so none of them is known to be done
            sources.add("");
        }
        try {
            URI address = URI.create(json.path("address").asText());
            if (address.getRawAuthority() == null || entries.isEmpty()) {
                throw new IOException("it was changed: it has no address that could be asked, or no items");
            }
            return new StoredJob(
                    file,
                    address,
                    json.path("target").asText(),
                    json.path("key").asText(),
                    Instant.parse(json.path("submitted").asText()),
                    entries,
                    sources);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IOException("it was changed", e);
        }
    }

    private static FileAttribute<?>[] owner(Path path, String permissions) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
