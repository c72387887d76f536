package io.github.saddlebag.endpoint;

import org.jspecify.annotations.Nullable;

/** What a request knows of the one that it is a part of, and of the other parts: which of them is to blame. */
public final class PartState {

    private final PartState whole;
    private boolean answered;
    /** Others ask. */
    private volatile boolean suspect;

    private boolean usedUp;
    private boolean onlyTimeTells;
    private boolean firstHalf;
    private boolean aside;
    private @Nullable CallState other;

    PartState() {
        whole = this;
    }

    private PartState(PartState of, boolean first) {
        whole = of.whole;
        usedUp = of.usedUp;
        firstHalf = first && usedUp;
    }

    /** A half. The first one may step aside where only the other can tell what is to blame. */
    PartState half(boolean first) {
        return new PartState(this, first);
    }

    /** The request that this is a part of, or itself. */
    PartState whole() {
        return whole;
    }

    /** Whether it is a half of a request, or a half of that. */
    public boolean isPart() {
        return whole != this;
    }

    /** A part of the request was answered. */
    void partAnswered() {
        answered = true;
        suspect = true;
    }

    boolean isPartAnswered() {
        return answered;
    }

    /** An attempt at it is held against it. */
    void suspect() {
        whole.suspect = true;
    }

    /** Whether it, or a part of it, failed while others were answered. */
    boolean isSuspect() {
        return whole.suspect;
    }

    /** Whether it is a part of what failed, and another part was answered: this one is to blame. */
    public boolean isToBlame() {
        return isOfUsedUp() && whole.answered;
    }

    /** Whether no other request tells if it is to blame for its last failure, or the endpoint. */
    void onlyTimeTells(boolean only) {
        onlyTimeTells = only;
    }

    public boolean isOnlyTimeTelling() {
        return onlyTimeTells;
    }

    /** Its tries are used up: it is halved, and halves of more than one item have one attempt each. */
    public void useUp() {
        usedUp = true;
    }

    /** Whether its whole has used up its tries. */
    public boolean isOfUsedUp() {
        return isPart() && usedUp;
    }

    /** Whether another half, which did not go first yet, can. */
    public boolean mayStepAside() {
        return firstHalf;
    }

    /** Lets the other half go first, once. */
    public void stepAside() {
        aside = true;
        firstHalf = false;
    }

    public boolean hasSteppedAside() {
        return aside;
    }

    /** The half that went before this one. */
    public void other(CallState first) {
        other = first;
    }

    /** Whether the response to the other half, too, is held against it, and nobody knows yet what is to blame. */
    public boolean isOtherHeldAgainst() {
        return other != null && other.parts().aside && other.history().tries() > 0;
    }
}
