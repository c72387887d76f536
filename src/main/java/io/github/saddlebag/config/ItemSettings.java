package io.github.saddlebag.config;

/** What an item is. */
@Stage("item")
public record ItemSettings(
        @Property(value = "/id", text = """
                        Locates the id of an item, a string or a number, by a JSON pointer (RFC 6901).
                        An item without an id fails, as its answer could not be told from the others.
                        Two items with the same id never share a batch.""") String id) {}
