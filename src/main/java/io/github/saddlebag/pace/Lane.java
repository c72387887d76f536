package io.github.saddlebag.pace;

import io.github.saddlebag.stats.Wait;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What turns have in common, such as a host or a key, and the limits that are its own: where one lane may not go on, the
 * others do.
 *
 * <p>What is not final belongs to the {@link Lanes}, and is used under their lock.
 */
public final class Lane {

    final Tokens tokens;
    final boolean countsSent;
    final @Nullable Pace pace;
    final boolean[] listed = new boolean[Lanes.URGENCIES];
    int inFlight;
    boolean timed;
    /** The turn that has begun and was not sent yet, where the next one's time counts from then. */
    @Nullable
    Turn leaving;

    @Nullable
    Wait keptBy;

    private final @Nullable Line[] lines = new Line[Lanes.URGENCIES];
    private int waiting;

    /** Those of the same urgency. */
    private static final class Line {
        private final TreeSet<Turn> waiting = new TreeSet<>(Turn.FIRST_COME);
        private final TreeSet<Turn> refused = new TreeSet<>(Turn.FIRST_COME);
        private boolean tookRefused;

        /** Who goes next: what was refused; but one that is refused each time only in turns with the others. */
        private Turn first(boolean takes) {
            boolean often = !refused.isEmpty() && refused.first().wasRefusedOften();
            boolean next = !refused.isEmpty() && (waiting.isEmpty() || !often || !tookRefused);
            tookRefused = takes ? next : tookRefused;
            return (next ? refused : waiting).first();
        }

        private boolean isEmpty() {
            return waiting.isEmpty() && refused.isEmpty();
        }
    }

    /**
     * @param tokens its rate
     * @param countsSent whether the time of the next one counts from when the one before is {@link Lanes#sent sent}, and not
     *     from when that one began
     * @param pace the pace of its endpoint; null: that is the same for all lanes
     */
    public Lane(Tokens tokens, boolean countsSent, @Nullable Pace pace) {
        this.tokens = tokens;
        this.countsSent = countsSent;
        this.pace = pace;
    }

    void add(Turn turn) {
        Line line = lines[turn.urgency];
        if (line == null) {
            line = new Line();
            lines[turn.urgency] = line;
        }
        if ((turn.wasRefused() ? line.refused : line.waiting).add(turn)) {
            waiting++;
        }
    }

    boolean remove(Turn turn) {
        Line line = lines[turn.urgency];
        if (line != null && (line.waiting.remove(turn) || line.refused.remove(turn))) {
            waiting--;
            return true;
        }
        return false;
    }

    /** Who goes next of those; null: nobody waits. */
    @Nullable
    Turn first(int urgency, boolean takes) {
        Line line = lines[urgency];
        return line == null || line.isEmpty() ? null : line.first(takes);
    }

    boolean waits(int urgency) {
        Line line = lines[urgency];
        return line != null && !line.isEmpty();
    }

    /** Whether nobody is in it; without the lock, as far as is known. */
    public boolean isIdle() {
        return waiting == 0 && inFlight == 0 && leaving == null;
    }
}
