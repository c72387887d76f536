package io.github.saddlebag.config;

import java.time.Duration;

/** One request for each item. */
@Stage("single")
public record SingleSettings(
        @Property(value = "", modes = "single", text = """
                        By which method data is sent: GET, POST, PUT, PATCH or DELETE. GET and DELETE
                        have no body, DELETE one where saddlebag.call.item is set. Where this is set,
                        or saddlebag.call.url has marks, auto takes all items for data. Empty: POST, or
                        GET where saddlebag.call.url has marks and saddlebag.call.item is empty.""") String method,

        @Property(value = "auto", modes = "single", text = """
                        What items are: data, which is posted to saddlebag.call.url as it stands;
                        requests, each a URL, [url, params], or an object with url, method, params,
                        headers, json, data; or auto, where an item is a request if it has that form
                        and its address begins with http://, https:// or a slash, and data if not. An
                        object with other fields, but for its id, is data to auto.""")
        String items,

        @Property(value = "100", min = "1", max = "10000", text = """
                        The most connections, from 1 to 10000, and so the most requests in flight
                        where saddlebag.call.concurrency is more.""")
        int connections,

        @Property(value = "300s", min = "0s", text = """
                        How long the addresses of a host are used, 0s or more.""") Duration dnsTtl,

        @Property(value = "5", min = "0", max = "50", text = """
                        How many redirects of a request are followed, from 0 to 50. Each passes all
                        limits as a request of its own, and may lead only to hosts that are allowed.""")
        int maxRedirects) {}
