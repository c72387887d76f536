package io.github.saddlebag.job;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint says of a job.
 *
 * @param address where to ask next: with {@link Kind#ACCEPTED} and {@link Kind#MOVED}
 * @param reason what happened to the job, in one sentence without its full stop: with {@link Kind#LOST} and
 *     {@link Kind#MISSING}
 * @param detail what the endpoint says about that, or null
 */
public record JobNews(
        Kind kind,
        @Nullable URI address,
        @Nullable String reason,
        @Nullable String detail) {

    /** What there is to be said. */
    public enum Kind {
        /** The job was taken on. */
        ACCEPTED,
        /** It is not done. */
        PENDING,
        /** It is done, or goes on, at another address. */
        MOVED,
        /** The endpoint does not know it: not yet, where it has never said anything of it, or not any more. */
        MISSING,
        /** It failed, or is not known any more: there will be no results. */
        LOST
    }

    static JobNews accepted(URI address) {
        return new JobNews(Kind.ACCEPTED, address, null, null);
    }

    static JobNews pending() {
        return new JobNews(Kind.PENDING, null, null, null);
    }

    static JobNews moved(URI address) {
        return new JobNews(Kind.MOVED, address, null, null);
    }

    static JobNews missing(String reason, @Nullable String detail) {
        return new JobNews(Kind.MISSING, null, reason, detail);
    }

    static JobNews lost(String reason, @Nullable String detail) {
        return new JobNews(Kind.LOST, null, reason, detail);
    }
}
