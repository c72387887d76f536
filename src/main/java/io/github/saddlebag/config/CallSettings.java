package io.github.saddlebag.config;

import java.time.Duration;
import java.util.Map;

/** Where requests go, how many at once, and what they carry. */
@Stage("call")
public record CallSettings(
        @Property(value = "", text = """
                        Sets the address of the endpoint, which is required: http or https, without user
                        and password. Its query is sent, but left out of messages. In the mode single,
                        items may name addresses of their own instead, and path and query may have
                        placeholders: ${url:/pointer} stands for a string, number or boolean of the
                        item.""") String url,
        @Property(value = "", text = """
                        Applies a ready-made set of properties for a well-known API: a name in
                        docs/profiles.md, or a properties file. Only the commands, and pipelines by
                        name, have profiles. Every property that you set to a value other than the
                        shipped one takes precedence over the profile.""") String profile,
        @Property(value = "false", text = """
                        Compresses requests with gzip: true or false. Few endpoints announce that they
                        accept this. Compressed responses are read in either case.""") boolean gzip,

        @Property(value = "8", min = "1", max = "10000", text = """
                        Limits the requests in flight, from 1 to 10000. With batch and job each takes a
                        thread and a connection. A request that waits for its next attempt is not in
                        flight. The very first request is sent alone.""")
        int concurrency,

        @Property(value = "auto", text = """
                        Limits the heap that requests and responses take, from 1MB: twice their bytes
                        while they are awaited, read and delivered, once while they wait for the order
                        of the input. Requests wait until there is room for their responses, which are
                        expected to be as large as the largest recent one. A response that takes more
                        than seven eighths of the limit is too large: its batch is halved, and an item
                        that is alone fails. auto: 3/5 of the heap beyond 64MB, at most half of the
                        heap.""") String maxMemory,
        @Property(value = "0", text = """
                        Limits the requests per second, such as 50 or 0.5, or per period, such as
                        100/1m; 0 means no limit. Every attempt counts. Requests are spread evenly: with
                        10, one each 100ms, not ten at once. No period has more, wherever it begins:
                        that is counted where requests leave this machine, and a server may see them
                        within a period that is up to 20ms shorter. A resumed run starts no sooner than
                        one interval after the last write of its checkpoint; a first start, standard
                        input and serve do not wait.""") String rate,

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
                        Limits the requests in flight in one lane, from 0 to 10000; 0 means as many as
                        saddlebag.call.concurrency. With batch and job, a lane is a correlation key
                        (saddlebag.batch.key-header). With single, it is a host and port, and its
                        connections are limited as well.""")
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
                        Limits the requests per second or period in one lane, written as
                        saddlebag.call.rate; 0 means no limit. Lanes are those of
                        saddlebag.call.concurrency-per-lane. Requests that wait for it do not count
                        towards concurrency, so that a busy lane does not delay the others. A refusal,
                        or what a response says is left of a limit, slows only its own lane, until other
                        lanes are refused as well.""")
        String ratePerLane,

        @Property(value = "", text = """
                        Names the header that carries a key by which the endpoint recognises a repeated
                        request, such as Idempotency-Key. Empty: none is sent. The key stays the same
                        when a request is repeated; a 409 that says that the first request is still
                        being processed is waited out, within saddlebag.call.deadline. Each half of a
                        batch, each round of a watch list, items that the endpoint asked to send again,
                        and a lost job get new keys.""") String idempotencyHeader,
        @Property(value = "false", text = """
                        Puts the key in double quotes, as the draft standard of this header says: true
                        or false. Many endpoints expect it without.""") boolean idempotencyQuoted,
        @Property(value = "10s", text = """
                        Limits the time to connect, more than 0s. A TLS handshake may take as long
                        again.""") Duration connectTimeout,
        @Property(value = "30s", text = """
                        Limits the time from the request to the head of the response, interim responses
                        (1xx) included, and as long again from there to its last byte; more than 0s. Set
                        it to more than the endpoint ever needs for saddlebag.batch.max-items items.""") Duration responseTimeout,

        @Property(value = "30s", modes = "single", old = @Old("single.total-timeout"), text = """
                        Limits the time of a whole attempt in the mode single, more than 0s, from its
                        beginning, with the connection, to the last byte of the response.""")
        Duration totalTimeout,

        @Property(value = "1.1", modes = "single", old = @Old("single.http-version"), text = """
                        Sets the version of HTTP in the mode single: 1.1; 2, over TLS if the host
                        supports it (by ALPN, otherwise 1.1); or 2-prior-knowledge, which is 2 without
                        TLS too and without negotiation, but not through a proxy. With HTTP/2 there is
                        one connection to a host. The modes batch and job always use 1.1.""")
        String httpVersion,

        @Property(example = "Authorization=Bearer {{env:API_TOKEN}}", secret = true, text = """
                        Adds a header to every request; set one property for each header. Accept,
                        User-Agent and Content-Type are set without it. Headers of items are not sent,
                        except those of saddlebag.call.pass-on. Keep secrets in the environment, not in
                        this file.""")
        Map<String, String> header,

        @Property(value = "", text = """
                        Passes ids of callers on to the endpoint: X-Request-Id, traceparent, or both,
                        separated by a comma; empty: none. The request of a batch names up to 10 ids,
                        separated by commas, and a trace if all its items belong to one. Malformed ids,
                        and those of more than 128 characters, are left out.""") String passOn,

        @Property(example = "apiKey={{env:API_KEY}}", secret = true, text = """
                        Adds a parameter to the query of every request; set one property for each. It is
                        meant for APIs that expect a key there: the value is sent, but never shown.""")
        Map<String, String> query,

        @Property(value = "", text = """
                        Sends all requests through a proxy, as http://HOST:PORT. Empty: none.""") String proxy,
        @Property(value = "false", text = """
                        Ends a run at once, with nothing failed or dead-lettered, if all its first
                        requests show that the endpoint is unusable: refused, unknown host, TLS, 401,
                        403, 404, 405, a redirect that is not followed, an HTML page, or answers of
                        another shape than the group answer describes. It is for runs that end by
                        themselves; the command process sets it. Until the first request succeeds,
                        connecting may then take at most 5s.""") boolean giveUpEarly,
        @Property(value = "batch", text = """
                        Selects the route that sends, direct:saddlebag-call-MODE. batch: one POST for
                        many items. single: one request for each item, see the group single. job: one
                        POST whose answers are polled for later, see the group job. Any other name needs
                        a route of your own.""") String mode,
        @Property(value = "public", text = """
                        Allows further hosts that an item, or a redirect, may name in the mode single
                        besides that of saddlebag.call.url, separated by commas. public: all with
                        addresses of the public Internet. A host, *.example.com, an address, or a range
                        such as 10.1.0.0/16, each with :port if only that port is meant. any: all. What
                        is checked is the address that is connected to, not the name.""") String allowHosts) {

    /** Whether each item has a request of its own. */
    public boolean isSingle() {
        return mode.trim().equals("single");
    }

    /** Whether answers are polled for later. */
    public boolean isJob() {
        return mode.trim().equals("job");
    }

    /** Nothing of what is secret. */
    @Override
    public String toString() {
        return "CallSettings";
    }
}
