package io.github.saddlebag.output;

/**
 * A run of items that follow each other.
 *
 * @param from the number of the first
 * @param to the number behind the last
 */
public record Range(long from, long to) {}
