package io.github.saddlebag.pace;

import io.github.saddlebag.pace.RateLimit.Family;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint says of a limit on tokens, beside that on requests. How many a request takes nobody knows before it is
 * made, so that such a limit counts for nothing until no token is left, or a request was refused because of it: then it is
 * a pause until its window begins anew.
 */
final class TokenLimit {

    private static final List<Family> FAMILIES = List.of(
            Family.of("X-RateLimit-", "-Tokens"),
            Family.of("anthropic-ratelimit-tokens-", ""),
            Family.of("anthropic-ratelimit-input-tokens-", ""),
            Family.of("anthropic-ratelimit-output-tokens-", ""));

    private TokenLimit() {}

    /**
     * The tighter one of that on requests and those on tokens.
     *
     * @param requests what is said of requests
     * @param refused whether it is of a refusal: one of the limits is its cause, the one of which the least is left
     * @param header finds a field by its name, whatever its case; null where it is missing
     * @param now what time it is for the endpoint
     */
    static Optional<RateLimit> tighter(
            Optional<RateLimit> requests,
            boolean refused,
            Function<String, @Nullable String> header,
            Supplier<Instant> now) {
        Optional<RateLimit> least = Optional.empty();
        for (Family family : FAMILIES) {
            String remaining = header.apply(family.remaining());
            Optional<RateLimit> tokens =
                    remaining == null ? Optional.empty() : RateLimit.separate(family, remaining, header, now);
            if (tokens.isPresent() && (least.isEmpty() || isBefore(tokens.get(), least.get()))) {
                least = tokens;
            }
        }
        if (least.isEmpty()) {
            return requests;
        }
        RateLimit tokens = least.get();
        boolean counts = refused ? left(tokens) < 1 : tokens.remaining() == 0;
        boolean tighter = requests.isEmpty() || isBefore(tokens, requests.get());
        return counts && tighter ? Optional.of(new RateLimit(-1, 0, tokens.reset())) : requests;
    }

    private static boolean isBefore(RateLimit one, RateLimit other) {
        double left = left(one);
        double ofOther = left(other);
        return left < ofOther || left == ofOther && one.reset().compareTo(other.reset()) > 0;
    }

    /** The share that is left, or 1 where that is not said. */
    private static double left(RateLimit limit) {
        return limit.remaining() == 0
                ? 0
                : limit.limit() <= 0 ? 1 : Math.min(1, (double) limit.remaining() / limit.limit());
    }
}
