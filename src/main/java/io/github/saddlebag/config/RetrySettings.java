package io.github.saddlebag.config;

import java.time.Duration;
import java.util.Set;

/** What is tried again, when, and when not. */
@Stage("call")
public record RetrySettings(
        @Property(value = "5", min = "1", max = "1000", text = """
                        How often a request is sent before it is halved, from 1 to 1000; an item that
                        is alone fails. Halves of more than one item are sent once. Tried again is what
                        saddlebag.call.statuses says, connections that break, responses that are late (a batch
                        twice), torn or garbled. Not counted is what the endpoint never got to see
                        (refused connections, names that are unknown, failed TLS handshakes, a proxy
                        that refuses, waits for the circuit breaker), what was refused as too
                        many and so not done: 429, and 403, 503 and others of 4xx (such as 409, 420 or
                        423) that say when to come back; and what failed while no other request was
                        answered: then the endpoint is ill. Items that were answered as failed by
                        themselves are tried as often, in later batches; those with 429 or a word of
                        throttle-codes, for which nothing was done, until call.deadline.""")
        int maxAttempts,

        @Property(value = "500ms", text = """
                        The wait after the first attempt, more than 0s. It doubles from attempt to
                        attempt; each wait is shortened by up to half at random, so that requests
                        which failed together do not come back together.""") Duration backOff,
        @Property(value = "30s", text = """
                        No wait between two attempts is longer; more than 0s.""") Duration maxBackOff,
        @Property(value = "10m", text = """
                        How long after a request's first attempt the last one may begin, more than
                        0s, waits for the circuit breaker included. Items fail at whichever comes
                        first, this or max-attempts. Where a request is refused as too many for so
                        long, or told to come back later than that, and no other is accepted, the
                        commands process and replay end, with nothing failed for it, and go on later;
                        other sources wait until then.""") Duration deadline,

        @Property(value = "", text = """
                        What the status of a response means, as STATUS:CLASS or FIRST-LAST:CLASS,
                        separated by commas, such as 409:retry,400:fail. An entry changes only the
                        statuses that it names. retry: the request is sent again. split: the batch is
                        halved until the items that are to blame are alone. partial: the response has
                        answers, as a part of the items was done. fail: the items fail. Without an
                        entry, 408, 425, 429, 500, 502 to 504 and 506 to 599 are retry; 400, 413 and 422
                        are split; 207 is partial; other statuses except 2xx are fail. A 403, or another
                        4xx of the class fail, with a Retry-After that says when to come back, is sent
                        again as well. After 429 and 503 all requests pause: for as long as Retry-After
                        or the RateLimit fields say, then at a rate that is learned from what is
                        accepted; refused requests are sent before new ones. After 413, or words that
                        say that the batch is too large, later batches keep the size that was accepted,
                        or the number of items that the words give.""") String statuses,

        @Property(value = "408,425,429,500,502-504,506-599", replacedBy = "call.statuses", text = """
                        All statuses of the class retry.""")
        Set<Integer> retryStatuses,

        @Property(value = "400,413,422", replacedBy = "call.statuses", text = """
                        All statuses of the class split.""")
        Set<Integer> splitStatuses,

        @Property(value = "207", replacedBy = "call.statuses", text = """
                        All statuses of the class partial.""")
        Set<Integer> partialStatuses,

        @Property(value = "5m", text = """
                        The longest pause that the endpoint can ask for, more than 0s. What it asks
                        for beyond that is asked for again by the next refusal.""") Duration maxPause,

        @Property(value = "0.2", min = "0", max = "1", text = """
                        How many requests may be sent again for each that goes well, from 0 to 1; a
                        few per second always may. It keeps a sick endpoint from being hammered; who
                        finds nothing left waits longer, and is not given up.""")
        double retryShare,

        @Property(value = "20", min = "0", max = "1000000", text = """
                        How many requests in a row, none answered well between, must be refused by 401,
                        402, 403, 404, 407 or a redirect, from 0, until that is taken to concern all of
                        them; 0: it never is. In the mode single 401, 402, 407, and 403 with one and the
                        same body count. Items so refused wait, and fail when another one that
                        was sent later is answered well. After so many in a row the commands process and replay end, with
                        nothing failed for it, and go on later; otherwise all items are held, callers
                        are told so, and one request each probe-interval finds out whether it is over.""")
        int refusedInRow,

        @Property(value = "1m", text = """
                        How long nothing is sent while all items are held, more than 0s.""") Duration probeInterval,

        @Property(
                value =
                        "ThrottlingException,Throttling,ThrottledException,Throttled,RequestThrottled,RequestThrottledException,RequestLimitExceeded,ProvisionedThroughputExceededException,TooManyRequestsException,TooManyRequests,SlowDown,BandwidthLimitExceeded,rateLimitExceeded,userRateLimitExceeded,rate_limit_exceeded,rate_limit_error,rate_limited,RESOURCE_EXHAUSTED",
                text = """
                        Codes, types and reasons of errors that say that there are too many calls, wherever
                        they stand in an error object or list, with or without _, hyphens or spaces between
                        their parts: a response that has one, or names one in a field (x-amzn-ErrorType,
                        x-amzn-query-error, x-ms-error-code, X-Error-Code), is a refusal like 429, whatever
                        its status, and an item whose answer has one is tried again. Those of
                        saddlebag.answer.retry-codes count for whole responses as well. Empty: none.""")
        String throttleCodes,

        @Property(
                value = "insufficient_quota,billing_hard_limit_reached,quota_exceeded,"
                        + "credit balance is too low,API_KEY_INVALID",
                text = """
                        Codes, types and phrases of errors that concern all requests, separated by
                        commas: one response that has one of them, in an error's code, type, reason or
                        text, whatever its status, does what refused-in-row says; so does one in which
                        all answers fail with such a code. Codes are the same with or without _, hyphens or
                        spaces between their parts. Empty: none.""")
        String stopCodes) {}
