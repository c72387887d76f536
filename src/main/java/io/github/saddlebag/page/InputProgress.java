package io.github.saddlebag.page;

/**
 * How far an input has come.
 *
 * @param name for people
 * @param share from 0 to 1; less than 0: not known
 * @param items those that have their answer, or have failed
 * @param failed those of them that failed
 * @param seconds since it was opened
 */
public record InputProgress(String name, double share, long items, long failed, double seconds) {}
