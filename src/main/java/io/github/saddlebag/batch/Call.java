package io.github.saddlebag.batch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last call that was made for an item; all items of a request share it.
 *
 * @param batch the batch's id
 * @param url where the request went, without its query; null where no request was made
 * @param status the HTTP status of the last attempt; 0 where no answer came
 * @param attempts how often the request was sent
 * @param failed the attempts that failed, the latest of them
 */
public record Call(String batch, @Nullable String url, int status, int attempts, List<Attempt> failed) {}
