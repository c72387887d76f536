package io.github.saddlebag.config;

import java.time.Duration;
import java.util.Set;

/** What is tried again, when, and when not. */
@Stage("call")
public record RetrySettings(
        @Property(value = "5", min = "1", max = "1000", text = """
                        Limits the attempts of a request before it is halved, from 1 to 1000; an item
                        that is alone fails. Halves of more than one item are sent once. A request is
                        repeated after a status of the class retry (saddlebag.call.statuses), a broken
                        connection, and a response that is late (a batch twice), torn or garbled. These
                        do not count as attempts: requests that the endpoint never received (refused
                        connections, unknown hosts, failed TLS handshakes, a proxy that refuses, waits
                        for the circuit breaker); requests refused as too many, for which nothing was
                        done (429, and 403, 503 and other 4xx, such as 409, 420 or 423, that say when to
                        come back); and failures while no other request was answered, as the endpoint is
                        then unavailable. Items whose own answers say that they failed are repeated as
                        often, in later batches; those with 429 or a word of throttle-codes, for which
                        nothing was done, until call.deadline.""")
        int maxAttempts,

        @Property(value = "500ms", text = """
                        Sets the wait after the first attempt, more than 0s. It doubles from attempt to
                        attempt. Each wait is shortened by up to half at random, so that requests that
                        failed together are not repeated together.""") Duration backOff,
        @Property(value = "30s", text = """
                        Limits the wait between two attempts, more than 0s.""") Duration maxBackOff,
        @Property(value = "10m", text = """
                        Limits the time from the first attempt of a request to the start of its last,
                        more than 0s, waits for the circuit breaker included. Items fail when this or
                        max-attempts is reached. If a request is refused as too many for so long, or
                        told to come back later than that, and no other is accepted, the commands
                        process and replay end without failing its items, and can be resumed; other
                        sources wait until then.""") Duration deadline,

        @Property(value = "", text = """
                        Sets what the status of a response means, as STATUS:CLASS or FIRST-LAST:CLASS,
                        separated by commas, such as 409:retry,400:fail. An entry changes only the
                        statuses that it names. retry: the request is sent again. split: the batch is
                        halved until the items that are to blame are alone. partial: the response has
                        answers, as a part of the items was done. fail: the items fail. Without an
                        entry, 408, 425, 429, 500, 502 to 504 and 506 to 599 are retry; 400, 413 and 422
                        are split; 207 is partial; other statuses except 2xx are fail. A 403, or another
                        4xx of the class fail, with a Retry-After that says when to come back, is
                        repeated as well. After 429 and 503 all requests pause: for as long as
                        Retry-After or the RateLimit fields say, then at a rate that is learned from
                        what is accepted; refused requests are sent before new ones. After 413, or words
                        that say that the batch is too large, later batches keep the size that was
                        accepted, or the number of items that the words give.""") String statuses,

        @Property(value = "408,425,429,500,502-504,506-599", replacedBy = "call.statuses", text = """
                        Lists all statuses of the class retry.""")
        Set<Integer> retryStatuses,

        @Property(value = "400,413,422", replacedBy = "call.statuses", text = """
                        Lists all statuses of the class split.""")
        Set<Integer> splitStatuses,

        @Property(value = "207", replacedBy = "call.statuses", text = """
                        Lists all statuses of the class partial.""")
        Set<Integer> partialStatuses,

        @Property(value = "5m", text = """
                        Limits how long the endpoint can make all requests pause, more than 0s. If it
                        asks for more, the next request finds out, and the pause begins again.""") Duration maxPause,

        @Property(value = "0.2", min = "0", max = "1", text = """
                        Limits repeated requests to this share of the successful ones, from 0 to 1; a
                        few per second are always allowed. This protects an endpoint in trouble. A
                        request beyond the limit waits longer, but is not given up.""")
        double retryShare,

        @Property(value = "20", min = "0", max = "1000000", text = """
                        Holds all items after this many refusals in a row without a success between
                        them, from 0 to 1000000; 0 means never. Refusals are 401, 402, 403, 404, 407 and
                        redirects; in the mode single 401, 402, 407, and 403 with the same body each
                        time. Refused items wait until then, and fail only if an item that was sent later
                        succeeds. When the number is reached, the commands process and replay end
                        without failing their items, and can be resumed. Other sources hold all items
                        and tell callers so, and one request each probe-interval tests whether it is
                        over.""")
        int refusedInRow,

        @Property(value = "1m", text = """
                        Sets the time between two test requests while all items are held, more than 0s.""") Duration probeInterval,

        @Property(
                value =
                        "ThrottlingException,Throttling,ThrottledException,Throttled,RequestThrottled,RequestThrottledException,RequestLimitExceeded,ProvisionedThroughputExceededException,TooManyRequestsException,TooManyRequests,SlowDown,BandwidthLimitExceeded,rateLimitExceeded,userRateLimitExceeded,rate_limit_exceeded,rate_limit_error,rate_limited,RESOURCE_EXHAUSTED",
                text = """
                        Lists codes, types and reasons of errors that mean too many requests, separated
                        by commas. A response with one of them, in an error object or list, or in a
                        field (x-amzn-ErrorType, x-amzn-query-error, x-ms-error-code, X-Error-Code), is
                        a refusal like 429, whatever its status; an item whose answer has one is
                        repeated. Underscores, hyphens and spaces between the parts of a word do not
                        matter. The words of saddlebag.answer.retry-codes count for whole responses as
                        well. Empty: none.""")
        String throttleCodes,

        @Property(
                value = "insufficient_quota,billing_hard_limit_reached,quota_exceeded,"
                        + "credit balance is too low,API_KEY_INVALID",
                text = """
                        Lists codes, types and phrases of errors that concern all requests, such as an
                        exhausted quota, separated by commas. One response with one of them, in the
                        code, type, reason or text of an error, whatever its status, has the effect of
                        refused-in-row; so has a response in which all answers fail with such a code.
                        Underscores, hyphens and spaces between the parts of a code do not matter.
                        Empty: none.""")
        String stopCodes) {}
