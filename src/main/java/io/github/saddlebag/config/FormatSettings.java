package io.github.saddlebag.config;

/** How items become a request. */
@Stage("call")
public record FormatSettings(
        @Property(value = "json-array", text = """
                        Sets how items become a request, and its response answers: json-array, envelope,
                        ndjson, concatenated, bulk, json-rpc, odata, multipart, text or query;
                        docs/formats.md shows each. The name selects a bean, saddlebagFormat-NAME, so it
                        can be one of your own.""") String format,
        @Property(value = "", text = """
                        Sets what is written for an item: a text with the placeholders ${item}, ${text}
                        (the item's JSON as a string), ${/pointer}, ${url:/pointer}, ${id}, ${index}
                        (its place in the request, from 0) and, with the format text, ${raw:/pointer}, a
                        value without quotes. Or an expression in one of Camel's languages, after its
                        name: simple:{"q":"${body[text]}"}. Empty: the item as it came. Put a space
                        between two closing braces.""") String item,

        @Property(value = "", formats = "envelope", text = """
                        Sets the request of the format envelope: JSON with ${items} where the array
                        belongs, such as {"model":"m","input":${items} }; or a JSON pointer to it, such
                        as /inputs. Empty: /items.""")
        String envelope,

        @Property(value = "index", formats = "bulk", text = """
                        Sets what the format bulk does with each item: index, create, update or delete.""")
        String bulkAction,

        @Property(value = "", formats = "bulk", text = """
                        Names the index for the format bulk. Empty: the one in saddlebag.call.url.""") String bulkIndex,

        @Property(value = "true", formats = "bulk", text = """
                        Uses the item's id as the id of its document in the format bulk: true or false.
                        With false, an item that is sent twice is stored twice.""")
        boolean bulkIds,

        @Property(value = "ids", formats = "query", text = """
                        Names the parameter of the GET that has the items' values, for the format query.""")
        String getName,

        @Property(value = ",", formats = "query", text = """
                        Sets what stands between the values of the format query: , or ; or :. An item
                        whose value contains it fails alone. Empty: each value gets a parameter of its
                        own.""")
        String getSeparator,

        @Property(value = "", formats = "query", text = """
                        Locates the value of an item for the format query, a string, number or boolean,
                        by a JSON pointer. Empty: the item's id.""") String getValue,

        @Property(value = "2000", min = "100", max = "1000000", text = """
                        Limits the length of the address for the format query, in characters, from 100
                        to 1000000. A batch has no more items than fit; an item that does not fit alone
                        fails.""")
        int getMaxUrl,

        @Property(value = "", formats = "json-rpc", text = """
                        Sets the method of the format json-rpc that is called with each item as its
                        params. Empty: each item is a JSON-RPC request; one without an id is a
                        notification, which is done when its request has been answered.""")
        String rpcMethod,

        @Property(
                value = "POST",
                formats = {"odata", "multipart"},
                text = """
                        Sets the HTTP method of each item's request in the formats odata and multipart.""")
        String partMethod,

        @Property(
                value = "",
                formats = {"odata", "multipart"},
                text = """
                        Sets the address of each item's request in the formats odata and multipart, such
                        as /users/${url:/id}/messages; the item is its body. Empty: each item is a
                        request, an object with method, url, headers and body (with odata, and id).""")
        String partUrl) {}
