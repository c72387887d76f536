package io.github.saddlebag.batch;

import java.time.Instant;

/**
 * One failed attempt.
 *
 * @param time when it failed
 * @param status the HTTP status; 0 where no answer came
 * @param error what was wrong, in one sentence
 */
public record Attempt(Instant time, int status, String error) {}
