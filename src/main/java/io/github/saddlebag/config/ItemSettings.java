package io.github.saddlebag.config;

/** What an item is. */
@Stage("item")
public record ItemSettings(
        @Property(value = "/id", text = """
                        Locates the id of an item, a string or a number, by a JSON pointer (RFC 6901).
                        If answers are matched by id, an item without one fails, as its answer could not
                        be told from the others. Otherwise its line number, or its place in
                        another source, identifies it. Two items with the same id never share a batch.""") String id) {}
