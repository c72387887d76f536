package io.github.saddlebag.call;

import io.github.saddlebag.setting.Setting;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a request is let in with: a bearer token (RFC 6750), a user's name and password (RFC 7617, sent without
 * being asked for), or an access token that is fetched. It is waited for without a thread, and only the request's
 * {@code Authorization} header ever shows it.
 */
public final class Credentials extends AsyncProcessorSupport {

    private static final String PROPERTY = "SaddlebagAuthorization";
    private static final String RENEWED = "SaddlebagAuthorizationRenewed";

    private AccessTokens tokens = new AccessTokens();
    private String bearer = "";
    private String username = "";
    private String password = "";
    private @Nullable ExecutorService pool;

    /** What the exchange's request is let in with; null: nothing. */
    static @Nullable String of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, String.class);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        if (!tokens.isConfigured()) {
            fixed(exchange);
            callback.done(true);
            return true;
        }
        CompletableFuture<String> token = tokens.get();
        if (token.isDone()) {
            take(exchange, token);
            callback.done(true);
            return true;
        }
        token.whenComplete((value, error) -> Objects.requireNonNull(pool).execute(() -> {
            take(exchange, token);
            callback.done(false);
        }));
        return false;
    }

    private void fixed(Exchange exchange) {
        if (!bearer.isEmpty()) {
            exchange.setProperty(PROPERTY, "Bearer " + bearer);
        } else if (!username.isEmpty()) {
            byte[] pair = (username + ':' + password).getBytes(StandardCharsets.UTF_8);
            exchange.setProperty(PROPERTY, "Basic " + Base64.getEncoder().encodeToString(pair));
        }
    }

    private static void take(Exchange exchange, CompletableFuture<String> token) {
        try {
            exchange.setProperty(PROPERTY, "Bearer " + token.join());
        } catch (CompletionException e) {
            exchange.setException(e.getCause());
        }
    }

    /**
     * The endpoint answered 401. True: the token that was sent may have been withdrawn, and the request is worth another
     * try with a new one; once for each request.
     */
    boolean renew(Exchange exchange) {
        String sent = of(exchange);
        if (!tokens.isConfigured() || sent == null || exchange.getProperty(RENEWED) != null) {
            return false;
        }
        exchange.setProperty(RENEWED, true);
        tokens.withdrawn(sent.substring("Bearer ".length()));
        return true;
    }

    /** A bearer token, or {@code file:} and where it stands; empty: none. */
    public void setBearer(String bearer) {
        this.bearer = Setting.secret("auth.bearer", bearer);
    }

    /** A user's name; empty: none. */
    public void setUsername(String username) {
        this.username = username.trim();
    }

    /** The user's password, or {@code file:} and where it stands. */
    public void setPassword(String password) {
        this.password = Setting.secret("auth.password", password);
    }

    /** Fetches access tokens, where they are configured. */
    public void setTokens(AccessTokens tokens) {
        this.tokens = tokens;
    }

    /** The threads that make the calls. */
    public void setPool(ExecutorService pool) {
        this.pool = pool;
    }
}
