package io.github.saddlebag.config;

import java.time.Duration;

/** One request for each item. */
@Stage("single")
public record SingleSettings(
        @Property(value = "", modes = "single", text = """
                        Sets the HTTP method for items that are data: GET, POST, PUT, PATCH or DELETE.
                        GET has no body, DELETE one only if saddlebag.call.item is set. If a method is
                        set, or saddlebag.call.url has placeholders, auto treats all items as data.
                        Empty: POST, or GET if saddlebag.call.url has placeholders and
                        saddlebag.call.item is empty.""") String method,

        @Property(value = "auto", modes = "single", text = """
                        Sets what items are. data: sent to saddlebag.call.url as they are. requests: a
                        URL, [url, params], or an object with url, method, params, headers, json, data.
                        auto: an item is a request if it has that form and its address begins with
                        http://, https:// or a slash; otherwise it is data. An object with other fields,
                        except its id, is data to auto.""")
        String items,

        @Property(value = "100", min = "1", max = "10000", text = """
                        Limits the open connections to all hosts, from 1 to 10000, and so the requests
                        in flight if saddlebag.call.concurrency is more. At the limit, an idle
                        connection is closed to make room for one to another host.""")
        int connections,

        @Property(value = "300s", min = "0s", text = """
                        Caches the addresses of a host for this long, 0s or more.""") Duration dnsTtl,

        @Property(value = "5", min = "0", max = "50", text = """
                        Limits the redirects of a request that are followed, from 0 to 50. Each passes
                        all limits like a request of its own, and may lead only to allowed hosts.""")
        int maxRedirects) {}
