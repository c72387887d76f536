package io.github.saddlebag.pace;

import io.github.saddlebag.stats.Wait;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
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
    /** As many of those as the lanes count for ready. */
    private int counted;

    /** Those of the same urgency. */
    private static final class Line {
        private final Row waiting = new Row();
        private final Row refused = new Row();
        /** Who begins a job. */
        private final Row jobs = new Row();

        private boolean tookRefused;

        /**
         * Who goes next: what was refused; but one that is refused each time only in turns with the others.
         *
         * @param jobsLast whether nobody begins a job while jobs are to be asked for
         */
        private @Nullable Turn first(boolean takes, boolean hasRoom, boolean jobsLast) {
            Turn fresh = waiting.first;
            Turn job = hasRoom ? jobs.first : null;
            if (job != null && (fresh == null || !jobsLast && Turn.FIRST_COME.compare(job, fresh) < 0)) {
                fresh = job;
            }
            boolean often = refused.first != null && refused.first.wasRefusedOften();
            boolean next = refused.first != null && (fresh == null || !often || !tookRefused);
            tookRefused = takes ? next : tookRefused;
            return next ? refused.first : fresh;
        }

        private boolean waits(boolean hasRoom) {
            return waiting.first != null || refused.first != null || hasRoom && jobs.first != null;
        }

        private Row row(Turn turn) {
            if (turn.isJob()) {
                return jobs;
            }
            return turn.wasRefused() ? refused : waiting;
        }
    }

    /** First come, first served: who comes is mostly the last one, and who leaves is mostly the first. */
    private static final class Row {
        private @Nullable Turn first;
        private @Nullable Turn last;

        private void add(Turn turn) {
            Turn before = last;
            while (before != null && Turn.FIRST_COME.compare(turn, before) < 0) {
                before = before.before;
            }
            Turn behind = before == null ? first : before.behind;
            turn.row = this;
            turn.before = before;
            turn.behind = behind;
            join(before, turn);
            join(turn, behind);
        }

        private void remove(Turn turn) {
            join(turn.before, turn.behind);
            turn.row = null;
            turn.before = null;
            turn.behind = null;
        }

        private void join(@Nullable Turn before, @Nullable Turn behind) {
            if (before == null) {
                first = behind;
            } else {
                before.behind = behind;
            }
            if (behind == null) {
                last = before;
            } else {
                behind.before = before;
            }
        }
    }

    /**
     * @param tokens its rate
     * @param countsSent whether the time of the next one counts from when the one before is {@link Lanes#sent sent}, and not
     *     from when that one began
     * @param pace its own pace, besides that of all lanes; null: it has none
     */
    public Lane(Tokens tokens, boolean countsSent, @Nullable Pace pace) {
        this.tokens = tokens;
        this.countsSent = countsSent;
        this.pace = pace;
    }

    /** How long the pause lasts, its own or that of all, which keeps its requests; zero: none does. */
    Duration pause(@Nullable Pace ofAll) {
        Duration own = pace == null ? Duration.ZERO : pace.pause();
        Duration all = ofAll == null ? Duration.ZERO : ofAll.pause();
        return own.compareTo(all) > 0 ? own : all;
    }

    void add(Turn turn) {
        Line line = lines[turn.urgency];
        if (line == null) {
            line = new Line();
            lines[turn.urgency] = line;
        }
        line.row(turn).add(turn);
        waiting++;
    }

    boolean remove(Turn turn) {
        if (!(turn.row instanceof Row row)) {
            return false;
        }
        row.remove(turn);
        waiting--;
        return true;
    }

    /** All who wait. */
    Stream<Turn> waiting() {
        return Arrays.stream(lines)
                .filter(Objects::nonNull)
                .flatMap(line -> Stream.of(line.refused.first, line.waiting.first, line.jobs.first))
                .flatMap(first -> Stream.iterate(first, Objects::nonNull, turn -> turn.behind));
    }

    /** It has its turn. */
    void begins(Turn turn, long now) {
        if (pace != null) {
            pace.tryTake();
        }
        if (!countsSent) {
            tokens.take(now);
        } else {
            leaving = turn;
        }
        inFlight++;
    }

    /** By how many more, or fewer, wait for nothing of their lane than when this was asked last. */
    int readyMore() {
        int now = isListed() ? waiting : 0;
        int more = now - counted;
        counted = now;
        return more;
    }

    private boolean isListed() {
        for (boolean each : listed) {
            if (each) {
                return true;
            }
        }
        return false;
    }

    boolean isCrowded() {
        return waiting > 0;
    }

    /**
     * Who goes next of those; null: nobody waits for anything but room for a job.
     *
     * @param hasRoom whether there is room for a job
     */
    @Nullable
    Turn first(int urgency, boolean takes, boolean hasRoom) {
        Line line = lines[urgency];
        // a lane that is slow by its own rate does not keep the room for jobs from the others
        return line == null ? null : line.first(takes, hasRoom, countsSent);
    }

    boolean waits(int urgency, boolean hasRoom) {
        Line line = lines[urgency];
        return line != null && line.waits(hasRoom);
    }

    /** False: it has taken none, for the time of the next one counts from when this one is sent. */
    boolean giveTokenBack() {
        if (!countsSent) {
            tokens.giveBack();
            // whoever waits for the next one may have this
            timed = false;
        }
        return !countsSent;
    }

    /** How many have begun and are not over; without the lock, as far as is known. */
    public int inFlight() {
        return inFlight;
    }

    /** Whether nobody is in it; without the lock, as far as is known. */
    public boolean isIdle() {
        return waiting == 0 && inFlight == 0 && leaving == null;
    }
}
