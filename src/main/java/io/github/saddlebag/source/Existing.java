package io.github.saddlebag.source;

/** What becomes of results and dead letters that are there already, and are not those of the same run. */
public enum Existing {
    /** They are moved aside, to a name with the time. */
    ASIDE,
    /** They are left alone, and the run is refused. */
    REFUSE,
    /** They stay until the first answer, and are then replaced in place; an unfinished run is gone on with. */
    OVERWRITE,
    /** As before, but an unfinished run begins anew too. */
    ANEW;

    boolean replaces() {
        return this == OVERWRITE || this == ANEW;
    }
}
