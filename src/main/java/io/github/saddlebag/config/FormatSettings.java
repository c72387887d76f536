package io.github.saddlebag.config;

/** How items become a request. */
@Stage("call")
public record FormatSettings(
        @Property(value = "json-array", text = """
                        How items become a request, and its response answers: json-array, envelope,
                        ndjson, concatenated, bulk, json-rpc, odata, multipart, text or query;
                        docs/formats.md shows each. The name is that of a bean, saddlebagFormat-NAME, and
                        so can be your own.""") String format,
        @Property(value = "", text = """
                        What stands for an item in the request: text with the marks ${item}, ${text}
                        (the item's JSON as a string), ${/pointer}, ${url:/pointer}, ${id}, ${index}
                        (its place in the request, from 0) and, with the format text, ${raw:/pointer}, a
                        value without quotes. Or an expression in one of Camel's languages, its name in
                        front: simple:{"q":"${body[text]}"}. Empty: the item as it came. Two closing braces together need a space between them.""") String item,

        @Property(value = "", formats = "envelope", text = """
                        With the format envelope, what the request is: JSON with ${items} where the
                        array belongs, such as {"model":"m","input":${items} }; or a JSON pointer to it,
                        such as /inputs. Empty: /items.""")
        String envelope,

        @Property(value = "index", formats = "bulk", text = """
                        With the format bulk, what is done with each item: index, create, update or
                        delete.""")
        String bulkAction,

        @Property(value = "", formats = "bulk", text = """
                        With the format bulk, the index; empty: the one that saddlebag.call.url names.""") String bulkIndex,

        @Property(value = "true", formats = "bulk", text = """
                        With the format bulk, whether an item's id is its document's: true or false.
                        With false, what is sent twice is stored twice.""")
        boolean bulkIds,

        @Property(value = "ids", formats = "query", text = """
                        Of the format query: the parameter that has the items' values, in the address of
                        a GET.""")
        String getName,

        @Property(value = ",", formats = "query", text = """
                        Of the format query: what stands between the values: , or ; or :. An item that
                        has it in its value fails alone. Empty: there is a parameter for each value.""")
        String getSeparator,

        @Property(value = "", formats = "query", text = """
                        Of the format query: JSON pointer to what stands for an item, a string, number or
                        boolean. Empty: the item's id.""") String getValue,

        @Property(value = "2000", min = "100", max = "1000000", text = """
                        Of the format query: the longest address, in characters, from 100 to 1000000; a
                        batch has no more items than fit. An item that does not fit alone fails.""")
        int getMaxUrl,

        @Property(value = "", formats = "json-rpc", text = """
                        With the format json-rpc, the method that is called with each item as its
                        params. Empty: each item is a JSON-RPC request; one without an id is a
                        notification, and is done when its request was answered.""")
        String rpcMethod,

        @Property(
                value = "POST",
                formats = {"odata", "multipart"},
                text = """
                        With the formats odata and multipart, the method of each item's request.""")
        String partMethod,

        @Property(
                value = "",
                formats = {"odata", "multipart"},
                text = """
                        With the formats odata and multipart, the address of each item's request, such
                        as /users/${url:/id}/messages; its body is the item. Empty: each item is a
                        request, an object with method, url, headers and body (with odata, and id).""")
        String partUrl) {}
