package io.github.saddlebag.inbox;

import io.github.saddlebag.setting.EndsWithContext;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.source.InboxFile;
import io.github.saddlebag.source.InboxSlots;
import io.github.saddlebag.source.Runs;
import io.github.saddlebag.support.LockedException;
import io.github.saddlebag.support.Looks;
import io.github.saddlebag.support.PathLock;
import io.github.saddlebag.support.ServiceInContext;
import io.github.saddlebag.support.UnwritableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A look into the inbox: sends each file that is ready on as a message of its own, without waiting for its end, as far as
 * there is room; then looks again, until nothing new is there. One runtime at a time takes files from a folder, and a
 * second one waits for its end.
 */
public final class Inbox extends ServiceInContext implements Processor, AutoCloseable, EndsWithContext {

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    private final Set<Path> underWay = ConcurrentHashMap.newKeySet();
    private @Nullable AsyncProducer producer;
    private Executor readers = Runnable::run;
    private InboxEnd end = new InboxEnd();
    private String to = "";
    private Path directory = Path.of("inbox");
    private Path outbox = Path.of("outbox");
    private Pattern include = Pattern.compile(".*");
    private Duration minAge = Duration.ofSeconds(1);
    private Duration poll = Duration.ofSeconds(1);
    private boolean byTime;
    private boolean recursive;
    private String marker = "";
    private boolean made;
    private int open = 64;
    private @Nullable Runs runs;
    private @Nullable InboxSlots slots;
    private @Nullable Readiness readiness;
    private @Nullable PathLock lock;
    private String said = "";
    private final Looks looks = new Looks();

    @Override
    public void process(Exchange exchange) throws Exception {
        CamelContext context = context();
        Route route = context.getRoute(exchange.getFromRouteId());
        looks.now(exchange);
        BooleanSupplier stopped = () -> context.isStopping()
                || context.isStopped()
                || route != null && ServiceHelper.isStopped(route.getConsumer());
        end.told();
        if (!isMine()) {
            return;
        }
        try {
            while (!stopped.getAsBoolean() && look(stopped)) {
                // there may be more by now
            }
            trouble("");
        } catch (IOException e) {
            trouble(UnwritableException.words(e));
        }
    }

    /** How long it has not looked, though it should have; zero where it need not look. */
    public Duration silent() {
        return looks.silent();
    }

    private synchronized void trouble(String why) {
        if (!why.isEmpty() && !why.equals(said)) {
            LOG.warn("{} cannot be read: {}. It is looked at again each {} ms.", directory, why, pollMillis());
        } else if (why.isEmpty() && !said.isEmpty()) {
            LOG.info("{} can be read again.", directory);
        }
        said = why;
    }

    /** Whether anything was taken. */
    private boolean look(BooleanSupplier stopped) throws IOException, InterruptedException {
        InboxSlots places = slots();
        Readiness ready = readiness();
        InboxListing listing = new InboxListing(include, byTime, recursive, marker);
        boolean any = false;
        ready.nextLook();
        try {
            for (InboxFile file : listing.list(directory, this::isFree)) {
                if (!isFree(file.path()) || !ready.isReady(file.path())) {
                    continue;
                }
                places.coming(true);
                looks.waits(true);
                InboxSlots.Slot slot = places.take(stopped);
                looks.waits(false);
                if (slot == null) {
                    return false;
                }
                any = true;
                begin(file, slot);
            }
        } finally {
            looks.waits(false);
            places.coming(false);
        }
        return any;
    }

    private boolean isFree(Path file) {
        return !underWay.contains(file) && end.isFree(file);
    }

    private void begin(InboxFile file, InboxSlots.Slot slot) {
        underWay.add(file.path());
        readers.execute(() -> {
            Exchange exchange = new DefaultExchange(context());
            exchange.getMessage().setBody(file.path().toFile());
            exchange.getMessage().setHeader(Exchange.FILE_NAME, file.name());
            exchange.setProperty(Runs.SLOT, slot);
            exchange.setProperty(Runs.FILE, file);
            try {
                Objects.requireNonNull(producer).process(exchange, doneSync -> done(file, slot));
            } catch (RuntimeException e) {
                done(file, slot);
                throw e;
            }
        });
    }

    private void done(InboxFile file, InboxSlots.Slot slot) {
        underWay.remove(file.path());
        slot.done();
    }

    private synchronized InboxSlots slots() {
        if (slots == null) {
            // what all files write to one file they write one after the other
            boolean one = runs != null && runs.shared().any();
            slots = new InboxSlots(one ? 1 : open);
        }
        return slots;
    }

    private synchronized Readiness readiness() {
        if (readiness == null) {
            readiness = new Readiness(minAge.isZero() ? poll : minAge, marker);
        }
        return readiness;
    }

    private synchronized boolean isMine() {
        if (lock != null && !lock.isThere()) {
            // the folder is another one, such as after a file system was mounted anew
            close();
        }
        if (lock == null) {
            String why = take();
            if (!why.equals(said) && !why.isEmpty()) {
                LOG.warn("{} {}.", directory, why);
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
            if (!made && !Files.isDirectory(directory)) {
                Files.createDirectories(directory);
            }
            if (!Files.isDirectory(directory)) {
                return "is not there; it is looked for again each " + pollMillis() + " ms";
            }
            made = true;
            lock = PathLock.ofFolder(directory, outbox);
            return "";
        } catch (LockedException e) {
            return "is in use by " + e.holder() + ": its files wait until that ends";
        } catch (IOException e) {
            return "cannot be locked (" + UnwritableException.words(e) + ")";
        }
    }

    @Override
    protected void doStart() throws Exception {
        producer = context().getEndpoint(to).createAsyncProducer();
        ServiceHelper.startService(producer);
    }

    @Override
    protected void doStop() {
        ServiceHelper.stopService(producer);
    }

    @Override
    public void end() {
        end.toldAll();
        close();
    }

    @Override
    public synchronized void close() {
        PathLock held = lock;
        lock = null;
        if (held != null) {
            try {
                held.close();
            } catch (IOException e) {
                LOG.debug("{}: the lock was lost.", directory, e);
            }
        }
    }

    /** Milliseconds between two looks. */
    public long pollMillis() {
        return Math.max(1, poll.toMillis());
    }

    /** The endpoint that takes each file, until it was moved away. */
    public void setTo(String to) {
        this.to = to;
    }

    /** What files are read on. */
    public void setReaders(Executor readers) {
        this.readers = readers;
    }

    /** What becomes of files at their end. */
    public void setEnd(InboxEnd end) {
        this.end = end;
        end.marker(marker);
    }

    /** Who reads the files. */
    public void setRuns(Runs runs) {
        this.runs = runs;
    }

    /** The folder that files are taken from. */
    public void setDirectory(String directory) {
        this.directory = Path.of(directory);
    }

    /** The folder for the lock where the inbox cannot be written. */
    public void setOutbox(String outbox) {
        this.outbox = Path.of(outbox);
    }

    /** The names of files that are taken, a regular expression for the whole name, capitals or not. */
    public void setInclude(String include) {
        try {
            this.include = Pattern.compile(include, Pattern.CASE_INSENSITIVE);
        } catch (PatternSyntaxException e) {
            throw Setting.bad(
                    "source.file.include", include, "it is no regular expression: " + e.getDescription() + ".");
        }
    }

    /** How long ago a file's last change must be, with a unit; 0s: as long as from one look to the next. */
    public void setMinAge(Duration minAge) {
        this.minAge = minAge;
    }

    /** How long between two looks where nothing is new, with a unit. */
    public void setPoll(Duration poll) {
        this.poll = poll;
    }

    /** Whether folders below are looked into: {@code true} or {@code false}. */
    public void setRecursive(boolean recursive) {
        this.recursive = recursive;
    }

    /** The end of the names of files that say that another one is written to its end; empty: there are none. */
    public void setMarker(String marker) {
        if (marker.contains("/")) {
            throw Setting.bad("source.file.marker", marker, "give the end of a name, such as .ok.");
        }
        this.marker = marker.trim();
        end.marker(this.marker);
    }

    /** Which files begin first: {@code name} or {@code time}. */
    public void setOrder(String order) {
        if (!order.equals("name") && !order.equals("time")) {
            throw Setting.bad("source.file.order", order, "give name or time.");
        }
        byTime = order.equals("time");
    }

    /** How many files are read at once, at least 1. */
    public void setOpen(int open) {
        this.open = open;
    }
}
