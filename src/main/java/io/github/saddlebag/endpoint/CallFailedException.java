package io.github.saddlebag.endpoint;

import io.github.saddlebag.address.Address;
import io.github.saddlebag.format.ErrorText;
import io.github.saddlebag.format.StopCodes;
import java.util.Set;
import org.apache.hc.core5.http.impl.EnglishReasonPhraseCatalog;
import org.jspecify.annotations.Nullable;

/** The endpoint answered, but not with what was asked for. Carries what a retry needs to know; has no cause. */
public final class CallFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** No endpoint answers it (RFC 9110 15.5.8). */
    private static final int OF_PROXY = 407;

    /** What may be said of an access token that has ended, besides 401, which says so without a word. */
    private static final Set<Integer> TOKEN_STATUSES = Set.of(400, 403, 419, 440, 498);

    private static final StopCodes TOKEN_ENDED = StopCodes.of("invalid_token,expired_token,token_expired,"
            + "access_token_expired,ExpiredTokenException,ExpiredToken,TokenExpired,token expired,token has expired,"
            + "token is expired,expired token,token included in the request is expired");

    private final transient Reply reply;
    private final String text;
    private final @Nullable String detail;
    private final transient byte @Nullable [] body;

    public CallFailedException(Reply reply, byte @Nullable [] body) {
        this(reply, body, null);
    }

    /** @param location where the endpoint sends the request, and it is not sent; or null */
    public CallFailedException(Reply reply, byte @Nullable [] body, @Nullable String location) {
        super(said(reply), null, false, false);
        this.reply = reply;
        this.text = location == null || reply.status() < 300 || reply.status() > 399
                ? said(reply)
                : said(reply) + ", and sends the request to " + Address.shown(location)
                        + "; if that address is right, give it (--url). Only 307 and 308 within one origin are followed";
        this.detail = ErrorText.of(body);
        this.body = body;
    }

    private static String said(Reply reply) {
        return reply.isThrottled()
                ? "The endpoint answered " + named(reply.status()) + ", and says that there are too many calls"
                : said(reply.status());
    }

    private static String said(int status) {
        return switch (status) {
            case OF_PROXY ->
                "The proxy answered " + named(status) + ": give one in saddlebag.call.proxy that asks for no password";
            case StatusClasses.ACCEPTED ->
                "The endpoint answered " + named(status) + ", but without answers; they may have to be"
                        + " polled for, as the mode job does (--mode job, saddlebag.call.mode)";
            default -> "The endpoint answered " + named(status);
        };
    }

    private static String named(int status) {
        String phrase =
                status >= 100 && status < 600 ? EnglishReasonPhraseCatalog.INSTANCE.getReason(status, null) : null;
        return phrase == null ? Integer.toString(status) : status + " " + phrase;
    }

    /** What is wrong, in one sentence without its full stop. */
    public String text() {
        return text;
    }

    public Reply reply() {
        return reply;
    }

    public int status() {
        return reply.status();
    }

    /** Whether it may be that the access token which was sent is not taken any longer. */
    public boolean mayBeOfToken() {
        return status() == StatusClasses.UNAUTHORIZED
                || TOKEN_STATUSES.contains(status())
                        && (TOKEN_ENDED.in(body) != null
                                || reply.errorNames().stream().anyMatch(said -> TOKEN_ENDED.inText(said) != null));
    }

    /** What the endpoint says about it, or null. */
    @Nullable
    public String detail() {
        return detail;
    }

    /** The response's body as it came, or null. */
    byte @Nullable [] body() {
        return body;
    }
}
