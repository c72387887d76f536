package io.github.saddlebag.inbox;

import io.github.saddlebag.setting.EndsWithContext;
import io.github.saddlebag.source.InboxFile;
import io.github.saddlebag.source.InboxSlots;
import io.github.saddlebag.source.Runs;
import io.github.saddlebag.support.Looks;
import io.github.saddlebag.support.ServiceInContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/**
 * A look into the inbox: sends each file that is ready on as a message of its own, without waiting for its end, as far as
 * there is room; then looks again, until nothing new is there. One runtime at a time takes files from a folder, and a
 * second one waits for its end.
 */
public final class Inbox extends ServiceInContext implements Processor, AutoCloseable, EndsWithContext {

    private final Set<Path> underWay = ConcurrentHashMap.newKeySet();
    private @Nullable AsyncProducer producer;
    private Executor readers = Runnable::run;
    private InboxEnd end = new InboxEnd();
    private String to = "";
    private InboxFolder folder = new InboxFolder("inbox", "outbox", Duration.ofSeconds(1));
    private InboxListing listing = new InboxListing(".*", "name", false, "");
    private Duration minAge = Duration.ofSeconds(1);
    private int open = 64;
    private @Nullable Runs runs;
    private @Nullable InboxSlots slots;
    private @Nullable Readiness readiness;
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
        if (!folder.isMine()) {
            return;
        }
        try {
            while (!stopped.getAsBoolean() && look(stopped)) {
                // there may be more by now
            }
            folder.wasRead();
        } catch (IOException e) {
            folder.wasNotRead(e);
        }
    }

    /** How long it has not looked, though it should have; zero where it need not look. */
    public Duration silent() {
        return looks.silent();
    }

    /** Whether anything was taken. */
    private boolean look(BooleanSupplier stopped) throws IOException, InterruptedException {
        InboxSlots places = slots();
        Readiness ready = readiness();
        boolean any = false;
        ready.nextLook();
        try {
            for (InboxFile file : listing.list(folder.path(), this::isFree)) {
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
            // a File would lose what is no text of its name
            exchange.getMessage().setBody(file.path());
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
            readiness = new Readiness(minAge.isZero() ? Duration.ofMillis(pollMillis()) : minAge, listing.marker());
        }
        return readiness;
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
    public void close() {
        folder.release();
    }

    /** Milliseconds between two looks. */
    public long pollMillis() {
        return folder.pollMillis();
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
        end.marker(listing.marker());
    }

    /** Who reads the files. */
    public void setRuns(Runs runs) {
        this.runs = runs;
    }

    /** The folder that files are taken from. */
    public void setFolder(InboxFolder folder) {
        this.folder = folder;
    }

    /** Which of its files are taken, and in which order. */
    public void setListing(InboxListing listing) {
        this.listing = listing;
        end.marker(listing.marker());
    }

    /** How long ago a file's last change must be, with a unit; 0s: as long as from one look to the next. */
    public void setMinAge(Duration minAge) {
        this.minAge = minAge;
    }

    /** How many files are read at once, at least 1. */
    public void setOpen(int open) {
        this.open = open;
    }
}
