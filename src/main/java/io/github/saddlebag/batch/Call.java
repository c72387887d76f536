package io.github.saddlebag.batch;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The last call that was made for an item, and what was tried before; all items of a request share it.
 *
 * @param batch the batch's id
 * @param url where the request went, without its query; null where no request was made
 * @param status the HTTP status of the last attempt; 0 where no answer came
 * @param attempts how often the item was sent, in this request and in those before
 * @param failed the attempts that failed, the latest of them
 * @param millis when its last attempt ended, by the clock, in milliseconds since 1970
 */
public record Call(String batch, @Nullable String url, int status, int attempts, List<Attempt> failed, long millis) {

    /** The most attempts that are told one by one. */
    public static final int REMEMBERED = 50;

    /** One that has ended just now. */
    public Call(String batch, @Nullable String url, int status, int attempts, List<Attempt> failed) {
        this(batch, url, status, attempts, failed, System.currentTimeMillis());
    }

    /** The same, after what was tried before. */
    Call after(@Nullable Call before) {
        return before == null
                ? this
                : new Call(batch, url, status, before.attempts + attempts, latest(before.failed, failed), millis);
    }

    /** The same, and its last attempt failed. */
    public Call and(Attempt attempt) {
        return new Call(batch, url, status, attempts, latest(failed, List.of(attempt)), millis);
    }

    /** The same in other words. */
    Call told(UnaryOperator<String> words) {
        List<Attempt> told = failed.stream()
                .map(each -> new Attempt(each.time(), each.status(), words.apply(each.error())))
                .toList();
        return new Call(batch, url, status, attempts, told, millis);
    }

    private static List<Attempt> latest(List<Attempt> earlier, List<Attempt> later) {
        List<Attempt> all = Stream.concat(earlier.stream(), later.stream()).toList();
        return all.subList(Math.max(0, all.size() - REMEMBERED), all.size());
    }
}
