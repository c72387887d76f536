package io.github.saddlebag.inbox;

import io.github.saddlebag.config.FileSettings;
import io.github.saddlebag.setting.EndsWithContext;
import io.github.saddlebag.source.InboxFile;
import io.github.saddlebag.source.InboxSlots;
import io.github.saddlebag.source.Runs;
import io.github.saddlebag.support.Looks;
import io.github.saddlebag.support.MovedFile;
import io.github.saddlebag.support.SendsOn;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.service.ServiceHelper;

/**
 * A look into the inbox: sends each file that is ready on as a message of its own, without waiting for its end, as far as
 * there is room; then looks again, until nothing new is there. One runtime at a time takes files from a folder, and a
 * second one waits for its end.
 */
public final class Inbox extends SendsOn implements Processor, AutoCloseable, EndsWithContext {

    private final Set<Path> underWay = ConcurrentHashMap.newKeySet();
    private final Executor readers;
    private final InboxEnd end;
    private final InboxFolder folder;
    private final InboxListing listing;
    private final InboxSlots slots;
    private final Readiness readiness;
    private final Looks looks = new Looks();

    /**
     * @param outbox the folder that results are written to
     * @param to the endpoint that takes each file, until it was moved away
     * @param readers what files are read on
     * @param runs who reads the files
     * @param end what becomes of them at their end
     */
    public Inbox(FileSettings settings, String outbox, String to, Executor readers, Runs runs, InboxEnd end) {
        super(to);
        this.readers = readers;
        this.end = end;
        folder = new InboxFolder(settings.directory(), outbox, settings.poll());
        listing = new InboxListing(settings.include(), settings.order(), settings.recursive(), settings.marker());
        // what all files write to one file they write one after the other
        slots = new InboxSlots(runs.shared().any() ? 1 : settings.open());
        Duration minAge = settings.minAge();
        readiness = new Readiness(minAge.isZero() ? Duration.ofMillis(pollMillis()) : minAge, listing.marker());
    }

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
        boolean any = false;
        readiness.nextLook();
        try {
            for (InboxFile file : listing.list(folder.path(), this::isFree)) {
                if (!isFree(file.path()) || !readiness.isReady(file.path())) {
                    continue;
                }
                slots.coming(true);
                looks.waits(true);
                InboxSlots.Slot slot = slots.take(stopped);
                looks.waits(false);
                if (slot == null) {
                    return false;
                }
                any = true;
                begin(file, slot);
            }
        } finally {
            looks.waits(false);
            slots.coming(false);
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
            exchange.setProperty(
                    InboxEnd.FOLDER,
                    MovedFile.key(Objects.requireNonNull(file.path().getParent())));
            try {
                send(exchange, doneSync -> done(file, slot));
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
}
