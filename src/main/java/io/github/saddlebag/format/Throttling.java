package io.github.saddlebag.format;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.setting.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/** Knows the words by which an endpoint says that there are too many calls, whatever its status says. */
public final class Throttling {

    private static final int MAX_BYTES = 64 * 1024;

    private Set<String> codes =
            ErrorWords.set(Setting.words("ThrottlingException,Throttling,ThrottledException,Throttled,"
                    + "ProvisionedThroughputExceededException,RequestLimitExceeded,RequestThrottled,RequestThrottledException,"
                    + "TooManyRequestsException,TooManyRequests,SlowDown,BandwidthLimitExceeded,rateLimitExceeded,"
                    + "userRateLimitExceeded,rate_limit_exceeded,rate_limit_error,rate_limited,RESOURCE_EXHAUSTED"));

    private Set<String> alsoCodes = Set.of();

    /** Whether an error says so. */
    boolean isOne(JsonNode error) {
        return ErrorWords.has(error, codes);
    }

    /** Whether an error of a whole request says so. */
    boolean isOneOfAll(JsonNode error) {
        return isOne(error) || ErrorWords.has(error, alsoCodes);
    }

    /** Whether a response without answers says so: as JSON, or with such a word in what is no JSON. */
    public boolean isOne(byte[] body) {
        if (body.length == 0 || body.length > MAX_BYTES) {
            return false;
        }
        try {
            return isOneOfAll(Json.MAPPER.readTree(Utf8.withoutMark(body)));
        } catch (IOException e) {
            return Arrays.stream(new String(body, StandardCharsets.UTF_8).split("[^\\w.-]+"))
                    .anyMatch(word -> codes.contains(ErrorWords.lower(word)));
        }
    }

    /** Codes, types and reasons of errors, separated by commas. */
    public void setCodes(String list) {
        codes = ErrorWords.set(Setting.words(list));
    }

    /** Those after which single items are tried again: they do so for whole requests as well, but for {@code *}. */
    public void setAlsoCodes(String list) {
        alsoCodes = new TreeSet<>(ErrorWords.set(Setting.words(list)));
        // of these, a whole request says nothing
        alsoCodes.removeAll(Set.of("*", "true", "false"));
    }
}
