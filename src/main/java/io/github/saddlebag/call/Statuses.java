package io.github.saddlebag.call;

import io.github.saddlebag.format.ErrorText;
import org.apache.camel.Exchange;
import org.apache.hc.core5.http.impl.EnglishReasonPhraseCatalog;
import org.jspecify.annotations.Nullable;

/** HTTP statuses (RFC 9110 15), as far as they decide what happens next. */
final class Statuses {

    private Statuses() {}

    static int of(Exchange exchange) {
        return exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
    }

    static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }

    static boolean isServerError(int status) {
        return status >= 500;
    }

    static CallFailedException failure(int status, byte @Nullable [] body) {
        String phrase =
                status >= 100 && status < 600 ? EnglishReasonPhraseCatalog.INSTANCE.getReason(status, null) : null;
        return new CallFailedException(
                status, "The endpoint answered " + status + (phrase == null ? "" : " " + phrase), ErrorText.of(body));
    }
}
