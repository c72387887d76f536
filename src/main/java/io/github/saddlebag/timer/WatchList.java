package io.github.saddlebag.timer;

import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Position;
import io.github.saddlebag.config.TimerSettings;
import io.github.saddlebag.input.LineReader;
import io.github.saddlebag.setting.InContext;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.stats.Reason;
import io.github.saddlebag.support.Looks;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.support.Unrecoverable;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A list of items that are sent again in each period. A turn whose predecessor is still under way is skipped and
 * counted: turns never overlap.
 */
public final class WatchList extends InContext implements Predicate {

    private final Pipeline pipeline;

    private static final Logger LOG = LoggerFactory.getLogger(WatchList.class);
    private static final String CLASSPATH = "classpath:";
    private static final String TURN = "SaddlebagTurn";

    private final AtomicBoolean underWay = new AtomicBoolean();
    private final AtomicLong skipped = new AtomicLong();
    private final Looks looks = new Looks();
    private volatile long skippedBefore;
    private final String list;
    private final Duration period;
    private final int maxLine;
    private final int chunk;

    /**
     * @param longest the longest line in bytes; at most 1 GiB counts
     * @param places the places at the gate, of which a turn takes at most half at once
     */
    public WatchList(TimerSettings settings, long longest, int places, Pipeline pipeline) {
        this.pipeline = pipeline;
        this.list = settings.list().trim();
        if (list.isEmpty()) {
            throw Setting.bad("source.timer.list", settings.list(), "name a file, or classpath: and a resource.");
        }
        this.period = settings.period();
        this.maxLine = Setting.arrayLength(longest);
        this.chunk = Math.max(1, places / 2);
    }

    /** Whether this turn may begin; it must be ended then. */
    @Override
    public boolean matches(Exchange exchange) {
        looks.now(exchange);
        if (underWay.compareAndSet(false, true)) {
            skippedBefore = skipped.get();
            return true;
        }
        long so = skipped.incrementAndGet();
        if (so == skippedBefore + 1) {
            LOG.warn(
                    pipeline.told(
                            "The turn before is still under way with {}: turns are skipped until it is over, {} so"
                                    + " far. Give saddlebag.source.timer.period more time."),
                    list,
                    so);
        }
        return false;
    }

    /** Milliseconds from the begin of a turn to that of the next. */
    public long period() {
        return period.toMillis();
    }

    /** How long no turn was due, though one should have been. */
    public Duration silent() {
        return looks.silent();
    }

    /** How many turns were skipped. */
    public long skipped() {
        return skipped.get();
    }

    /** The items of this turn, in chunks; one is read when the one before it has its fate. */
    public Iterator<List<Item>> read(Exchange exchange) throws IOException {
        Turn turn = new Turn(open());
        exchange.setProperty(TURN, turn);
        return turn;
    }

    /** What came out of a turn that was not done to its end: the next one begins anew. */
    public void broken(Exchange exchange) {
        Exception error = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Exception.class);
        Unrecoverable.report(error);
        if (!(error instanceof StoppedException)) {
            LOG.warn("The turn with {} ended early: {} The next one begins anew.", list, text(error));
        }
    }

    private static String text(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage() == null ? "" : cause.getMessage();
        return cause instanceof NoSuchFileException ? "there is no such file." : message;
    }

    /** The turn is over; the next one may begin. */
    public void end(Exchange exchange) throws IOException {
        underWay.set(false);
        Turn turn = exchange.getProperty(TURN, Turn.class);
        if (turn != null) {
            turn.reader.close();
        }
    }

    private InputStream open() throws IOException {
        if (!list.startsWith(CLASSPATH)) {
            return new BufferedInputStream(Files.newInputStream(Path.of(list)));
        }
        InputStream found = context().getClassResolver().loadResourceAsStream(list.substring(CLASSPATH.length()));
        if (found == null) {
            throw new FileNotFoundException("there is no such resource.");
        }
        return found;
    }

    private String name() {
        return list.substring(Math.max(list.lastIndexOf('/'), list.lastIndexOf(':')) + 1);
    }

    private record Line(String source, long number, String occasion) implements Position {

        @Override
        public Urgency urgency() {
            return Urgency.EVENT;
        }

        @Override
        public boolean isReadAgain() {
            return false;
        }
    }

    private final class Turn implements Iterator<List<Item>> {

        private final String occasion = UUID.randomUUID().toString();
        private final LineReader reader;
        private @Nullable List<Item> next;

        Turn(InputStream in) {
            reader = new LineReader(in, maxLine);
        }

        @Override
        public boolean hasNext() {
            if (next == null) {
                try {
                    next = readChunk();
                } catch (IOException e) {
                    // it is asked once more when the turn ends
                    next = List.of();
                    throw new UncheckedIOException(e);
                }
            }
            return !next.isEmpty();
        }

        @Override
        public List<Item> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            List<Item> items = Objects.requireNonNull(next);
            next = null;
            return items;
        }

        private List<Item> readChunk() throws IOException {
            List<Item> items = new ArrayList<>();
            while (items.size() < chunk) {
                byte[] line = reader.next();
                if (line == null) {
                    break;
                }
                items.add(item(line));
            }
            return items;
        }

        private Item item(byte[] line) {
            Item item = new Item(line, Map.of(), new Line(name(), reader.number(), occasion));
            String problem = reader.problem();
            if (problem != null) {
                item.identify(Long.toString(reader.number()), true);
                item.fail(new Failure(Reason.INVALID_ITEM, name() + " line " + reader.number() + ": " + problem), null);
            }
            return item;
        }
    }
}
