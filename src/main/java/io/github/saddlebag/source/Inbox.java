package io.github.saddlebag.source;

import io.github.saddlebag.deliver.LockedException;
import io.github.saddlebag.deliver.PathLock;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.FileComponent;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.support.DefaultPollingConsumerPollStrategy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whether files may be taken from the inbox: one runtime at a time does, and a second one waits for its end. */
public final class Inbox extends DefaultPollingConsumerPollStrategy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    private Path directory = Path.of("inbox");
    private Path outbox = Path.of("outbox");
    private @Nullable PathLock lock;
    private String said = "";

    @Override
    public synchronized boolean begin(Consumer consumer, Endpoint endpoint) {
        if (lock == null) {
            String why = take();
            if (!why.equals(said) && !why.isEmpty()) {
                LOG.warn("{} {}: its files wait until that ends.", directory, why);
            } else if (why.isEmpty() && !said.isEmpty()) {
                LOG.info("{} is free: its files are taken now.", directory);
            }
            said = why;
        }
        return lock != null;
    }

    /** Empty, or why it could not be had. */
    private String take() {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory);
            }
            lock = PathLock.ofFolder(directory, outbox);
            return "";
        } catch (LockedException e) {
            return "is in use by " + e.holder();
        } catch (IOException e) {
            return "cannot be locked (" + e + ")";
        }
    }

    /** Nothing in the folder that a file is moved to is ever replaced: what has its name there is moved aside. */
    public void makeRoom(Exchange exchange) throws IOException {
        GenericFile<?> file = exchange.getProperty(FileComponent.FILE_EXCHANGE_FILE, GenericFile.class);
        String folder = exchange.getProperty(Runs.MOVED_TO, String.class);
        Path input = ((File) file.getFile()).toPath();
        Outputs.makeRoom(input.resolveSibling(folder).resolve(input.getFileName()));
    }

    @Override
    public synchronized void close() throws IOException {
        PathLock held = lock;
        lock = null;
        if (held != null) {
            held.close();
        }
    }

    /** The folder that files are taken from. */
    public void setDirectory(String directory) {
        this.directory = Path.of(directory);
    }

    /** The folder for the lock where the inbox cannot be written. */
    public void setOutbox(String outbox) {
        this.outbox = Path.of(outbox);
    }
}
