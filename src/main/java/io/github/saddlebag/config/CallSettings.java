package io.github.saddlebag.config;

import java.time.Duration;
import java.util.Map;

/** Where requests go, how many at once, and what they carry. */
@Stage("call")
public record CallSettings(
        @Property(value = "", text = """
                        The endpoint's address, which must be given: http or https, without user or
                        password. Its query is sent, and left out of messages. With single, items may
                        name addresses of their own instead, or path and query may have marks
                        ${url:/pointer} for a string, number or boolean of the item.""") String url,
        @Property(value = "", text = """
                        A ready profile for a well-known interface, by its name in docs/profiles.md, or
                        a properties file. Only the commands know profiles. Any other line of this file
                        that is not as it was shipped wins over the profile.""") String profile,
        @Property(value = "false", text = """
                        Whether requests are compressed with gzip: true or false. Few endpoints say
                        that they can read it; responses are decompressed in any case.""") boolean gzip,

        @Property(value = "8", min = "1", max = "10000", text = """
                        The most requests in flight, from 1 to 10000; each takes a thread and a
                        connection. Requests that wait for their next attempt are not in flight. The
                        first request of all goes alone.""")
        int concurrency,

        @Property(value = "auto", text = """
                        The most that requests and responses take of the heap in all, from 1MB: twice
                        their bytes while they are awaited, read and delivered, once while they wait in
                        the order of the input. Requests wait until there is room for their responses,
                        which are taken to be as large as the largest one of late. A response that
                        takes more than seven eighths of it is too large: its batch is halved, and an
                        item that is alone fails. auto: 3/5 of the heap beyond 64MB, at most half of it.""") String maxMemory,
        @Property(value = "0", text = """
                        The most requests per second, such as 50 or 0.5, or per period, such as
                        100/1m; 0: no limit. Every attempt counts. They are spread evenly: 10 are one
                        each 100ms, not ten at once. No period, wherever it begins, has more, as they
                        leave this machine; a server's log may show as many in 20ms less. A file that
                        is gone on with after a stop waits for one such distance from the last write
                        of its checkpoint; a first start, standard input and serve wait for nothing.""") String rate,

        @Property(
                value = "0",
                min = "0",
                max = "10000",
                old = {
                    @Old(
                            value = "call.concurrency-per-key",
                            modes = {"batch", "job"}),
                    @Old(value = "single.connections-per-host", modes = "single")
                },
                text = """
                        The most requests in flight in one lane, from 0 to 10000; 0: as many as
                        saddlebag.call.concurrency. With batch and job, a lane is a correlation key
                        (saddlebag.batch.key-header); with single, a host and port, of which this is
                        the most connections as well.""")
        int concurrencyPerLane,

        @Property(
                value = "0",
                old = {
                    @Old(
                            value = "call.rate-per-key",
                            modes = {"batch", "job"}),
                    @Old(value = "single.rate-per-host", modes = "single")
                },
                text = """
                        The most requests per second or period in one lane, written as
                        saddlebag.call.rate; 0: no limit. A lane is what it is for
                        saddlebag.call.concurrency-per-lane. Requests that wait for it hold no place,
                        so that a busy lane does not delay the others.""")
        String ratePerLane,

        @Property(value = "", text = """
                        The header that carries a key by which the endpoint knows a request again,
                        such as Idempotency-Key; empty: none. It stays the same when the request is
                        sent again, where 409 says that the first one is still under way, and is waited
                        out within saddlebag.call.deadline. It differs for each half of a batch, each
                        turn of a watch list, items that were told to come again, and a lost job.""") String idempotencyHeader,
        @Property(value = "false", text = """
                        Whether that key stands in double quotes, as its draft standard says: true or
                        false. Many endpoints want it bare.""") boolean idempotencyQuoted,
        @Property(value = "10s", text = """
                        How long a connection may take to be made, more than 0s; a TLS handshake may
                        take as long again.""") Duration connectTimeout,
        @Property(value = "30s", text = """
                        How long a response may take, more than 0s: until its head is there, whatever
                        interim responses (1xx) come before, and from then to its last byte. Longer
                        than the endpoint ever takes for saddlebag.batch.max-items items.""") Duration responseTimeout,

        @Property(value = "30s", modes = "single", old = @Old("single.total-timeout"), text = """
                        The longest time for a whole attempt, more than 0s: from the beginning, with
                        the connection, to the last byte of the response. Only the mode single has it;
                        the others bound each part by connect-timeout and response-timeout.""")
        Duration totalTimeout,

        @Property(value = "1.1", modes = "single", old = @Old("single.http-version"), text = """
                        The version of HTTP in the mode single: 1.1; 2, over TLS where the host supports
                        it (by ALPN, else 1.1); or 2-prior-knowledge, which is 2 without TLS and without
                        negotiation, but not through a proxy. With HTTP/2 there is one connection to a
                        host. The modes batch and job use 1.1.""")
        String httpVersion,

        @Property(example = "Authorization=Bearer {{env:API_TOKEN}}", secret = true, text = """
                        A header of every request, by its name; as many as are needed. Accept,
                        User-Agent and Content-Type are set without it; headers of items are never
                        sent, but for those of saddlebag.call.pass-on. Secrets stand in the
                        environment, not here.""")
        Map<String, String> header,

        @Property(value = "", text = """
                        What goes on to the endpoint of the ids by which callers know their requests:
                        X-Request-Id, traceparent, both separated by a comma; empty: nothing. The
                        request of a batch names up to 10 ids, separated by commas, and a trace where
                        all its items are of one. What is no such id, or longer than 128, is left out.""") String passOn,

        @Property(example = "apiKey={{env:API_KEY}}", secret = true, text = """
                        A key of the address's query, by its name; as many as are needed. For APIs that
                        want their key there: it is sent, and shown nowhere.""")
        Map<String, String> query,

        @Property(value = "", text = """
                        The proxy that all calls go through, as http://HOST:PORT; empty: none.""") String proxy,
        @Property(value = "false", text = """
                        Whether a run ends, with nothing failed or dead-lettered, where all its first
                        requests say that the endpoint is of no use: refused, unknown host, TLS, 401,
                        403, 404, 405, a redirect that is not followed, an HTML page, or answers of
                        another shape than the group answer says. For runs that end by themselves; the
                        command process sets it. Connections then may take at most 5s until the first
                        request succeeds.""") boolean giveUpEarly,
        @Property(value = "batch", text = """
                        Which route sends: direct:saddlebag-call-MODE. With batch, that is one POST
                        for many items; with single, one request for each item, as the group single
                        says; with job, one POST that is answered later, when it is asked for, as the
                        group job says. Any other name needs a route of your own.""") String mode,
        @Property(value = "public", text = """
                        With single: which hosts an item, or a redirect, may name besides that of
                        saddlebag.call.url, separated by commas. public: all with addresses of the
                        public Internet; a host, *.example.com, an address, or a range such as
                        10.1.0.0/16, each with a :port where only that is meant; any: all. It is the
                        address connected to that counts, not the name.""") String allowHosts) {

    /** Nothing of what is secret. */
    @Override
    public String toString() {
        return "CallSettings";
    }
}
