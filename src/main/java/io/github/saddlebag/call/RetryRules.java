package io.github.saddlebag.call;

import io.github.saddlebag.call.Fault.Kind;
import java.time.Duration;

/** Decides what becomes of a request whose attempt failed; of what it is given alone. */
final class RetryRules {

    private static final int LATE_BEFORE_HALVING = 2;

    private RetryRules() {}

    /** Whether a request was refused because the same one is under way, as its key says. */
    enum Repeat {
        NONE,
        /** An attempt of an earlier process, if any. */
        PERHAPS,
        /** An earlier attempt of the same request. */
        OURS
    }

    /** What becomes of a request. */
    enum Course {
        /** It goes again, after growing waits. */
        AGAIN,
        /** It goes again at once: it waits for the pause with its thread, before those that were never sent. */
        AT_ONCE,
        /** It goes again when the same one may be done. */
        WHEN_DONE,
        /** It lets the other half go first, which can tell what is to blame. */
        ASIDE,
        HALVE,
        /** It has used up its tries: what is not answered as a whole is halved; only an item that is alone fails. */
        USED_UP,
        FAIL,
        /** No response can be read, whichever items are sent. */
        UNREADABLE_ALL,
        /** No request can be made. */
        NONE
    }

    /**
     * What is known of the attempt that failed, and of its request.
     *
     * @param ofItem whether the item says where the request goes
     * @param poll whether a job is asked for, which was taken on: it must not be submitted again
     * @param items how many were sent
     * @param most how many tries a request has
     * @param tries the attempts that were held against the request, this one included
     * @param failuresInRow the attempts that failed since one was answered or refused as too many
     * @param late how often its response was late before
     * @param ofUsedUp whether it is a part of what has used up its tries
     * @param onlyTimeTells whether no other request tells what is to blame
     * @param mayStepAside whether another half could tell
     * @param otherHeldAgainst whether the response to the other half, too, is held against it
     * @param noneWell whether no request was answered yet
     * @param mayExplore whether it may find out by its halves what is to blame, though nobody speaks against it
     * @param endsAll whether what holds for all requests holds them, or ends the run
     */
    record Facts(
            Kind kind,
            Repeat repeat,
            boolean ofItem,
            boolean poll,
            int items,
            int most,
            int tries,
            int failuresInRow,
            int late,
            boolean ofUsedUp,
            boolean onlyTimeTells,
            boolean mayStepAside,
            boolean otherHeldAgainst,
            boolean noneWell,
            boolean mayExplore,
            boolean endsAll) {

        boolean isLateBatch() {
            return items > 1 && kind == Kind.LATE;
        }

        private boolean isUsedUp() {
            if (items <= 1) {
                return tries >= most;
            }
            return isLateBatch() && late + 1 >= LATE_BEFORE_HALVING
                    || tries >= (ofUsedUp ? 1 : most)
                    || failuresInRow >= most && mayExplore && !kind.isUnreached(ofItem);
        }
    }

    static Course after(Facts facts) {
        return switch (facts.repeat) {
            case OURS -> Course.WHEN_DONE;
            case PERHAPS -> again(facts);
            case NONE ->
                switch (facts.kind) {
                    case TURNED_AWAY -> Course.AT_ONCE;
                    case SPLIT_STATUS, ANSWER_TOO_LARGE -> facts.poll ? Course.FAIL : Course.HALVE;
                    case REFUSED, REFUSED_AS_TOO_LARGE -> Course.HALVE;
                    case NO_TOKEN_EVER -> facts.endsAll ? Course.NONE : Course.FAIL;
                    case FINAL_STATUS, OTHER -> Course.FAIL;
                    default -> again(facts);
                };
        };
    }

    private static Course again(Facts facts) {
        if (facts.poll) {
            return Course.AGAIN;
        }
        boolean unreadable = facts.kind == Kind.UNREADABLE;
        if (unreadable && facts.noneWell && facts.otherHeldAgainst && facts.endsAll) {
            return Course.UNREADABLE_ALL;
        }
        boolean onlyOtherCanTell = unreadable ? facts.noneWell : facts.onlyTimeTells;
        if (onlyOtherCanTell && facts.mayStepAside && !facts.kind.isUnreached(facts.ofItem)) {
            return Course.ASIDE;
        }
        return facts.isUsedUp() ? Course.USED_UP : Course.AGAIN;
    }

    /** Whether a request that was refused as too many can still be answered in its time. */
    enum Patience {
        LEFT,
        /** The endpoint wants to be left alone for longer. */
        ASKED_TOO_LONG,
        /** It is over, and no other request was accepted meanwhile. */
        OVER_FOR_ALL
    }

    /**
     * @param asked for how long the endpoint wants to be left alone
     * @param deadline the time of a request
     * @param over whether it is over when the request could go again
     * @param othersAccepted whether the endpoint accepted others since it first refused this one
     */
    static Patience patience(Duration asked, Duration deadline, boolean over, boolean othersAccepted) {
        if (asked.compareTo(deadline) > 0) {
            return Patience.ASKED_TOO_LONG;
        }
        // where others were accepted meanwhile, it is this one that fails
        return over && !othersAccepted ? Patience.OVER_FOR_ALL : Patience.LEFT;
    }
}
