package io.github.saddlebag.config;

/** What an item is. */
@Stage("item")
public record ItemSettings(
        @Property(value = "/id", text = """
                        JSON pointer (RFC 6901) to an item's id, a string or a number. An item
                        without one fails, as its answer could not be told from the others. Two items
                        with the same id never share a batch.""") String id) {}
