package io.github.saddlebag.admission;

import io.github.saddlebag.batch.Departures;
import io.github.saddlebag.config.AuthSettings;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.support.AsyncStep;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/**
 * Finds what a request is let in with: a bearer token (RFC 6750), a user's name and password (RFC 7617, sent without
 * being asked for), or an access token that is fetched. It is waited for without a thread, and only the request's
 * {@code Authorization} header ever shows it.
 */
public final class Credentials extends AsyncStep {

    private static final int MOST_RENEWALS = 5;

    private final AccessTokens tokens;
    private final String scheme;
    private final String bearer;
    private final String username;
    private final String password;
    private final ExecutorService pool;

    public Credentials(AuthSettings settings, AccessTokens tokens, ExecutorService pool) {
        scheme = settings.scheme().trim();
        bearer = settings.bearer();
        username = settings.username().trim();
        password = settings.password();
        this.tokens = tokens;
        this.pool = pool;
    }

    @Override
    protected boolean begin(Exchange exchange, AsyncCallback callback) {
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
        Departures.handBack(exchange);
        token.whenComplete((value, error) -> pool.execute(() -> {
            try {
                take(exchange, token);
            } catch (RuntimeException | Error e) {
                exchange.setException(e);
            }
            callback.done(false);
        }));
        return false;
    }

    private void fixed(Exchange exchange) {
        if (!bearer.isEmpty()) {
            CallState.of(exchange).authorization(with(bearer));
        } else if (!username.isEmpty()) {
            byte[] pair = (username + ':' + password).getBytes(StandardCharsets.UTF_8);
            CallState.of(exchange).authorization("Basic " + Base64.getEncoder().encodeToString(pair));
        }
    }

    private String with(String token) {
        return scheme.isEmpty() ? token : scheme + ' ' + token;
    }

    private void take(Exchange exchange, CompletableFuture<String> token) {
        try {
            CallState.of(exchange).authorization(with(token.join()));
        } catch (CompletionException e) {
            exchange.setException(e.getCause());
        }
    }

    /**
     * The request is about to leave: the token that it found when it got in line may have ended.
     *
     * @return false: so has every other; it is to get in line again, where it waits for the one that is being fetched
     */
    public boolean refresh(Exchange exchange) {
        if (!tokens.isConfigured()) {
            return true;
        }
        String token = tokens.now();
        if (token == null) {
            return false;
        }
        CallState.of(exchange).authorization(with(token));
        return true;
    }

    /**
     * The endpoint answered 401, or said that a token has ended. True: the token that was sent may have been withdrawn, and the request is worth another
     * try with a new one; once for each request, and a few times more where that one had been waiting with it.
     */
    public boolean renew(Exchange exchange) {
        CallState state = CallState.of(exchange);
        String sent = state.authorization();
        if (!tokens.isConfigured() || sent == null) {
            return false;
        }
        String token = scheme.isEmpty() ? sent : sent.substring(scheme.length() + 1);
        int renewed = state.renewals();
        if (renewed >= MOST_RENEWALS || renewed > 0 && tokens.isYoung(token)) {
            return false;
        }
        state.renewed();
        tokens.withdrawn(token);
        return true;
    }
}
