package io.github.saddlebag.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.saddlebag.setting.Setting;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens by OAuth 2.0 client credentials (RFC 6749 4.4): one for all calls, fetched by whoever needs it first while
 * the others wait for the same one, and anew shortly before it ends, or when the endpoint does not take it any more.
 */
public final class AccessTokens {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration MARGIN = Duration.ofSeconds(30);
    private static final int MARGIN_SHARE = 10;
    private static final int OK = 200;

    private final LongSupplier nanos;
    private Network network = new Network();
    private @Nullable URI url;
    private String clientId = "";
    private String clientSecret = "";
    private String scope = "";
    private @Nullable HttpClient client;
    private @Nullable CompletableFuture<Token> current;

    /** For the routes. */
    public AccessTokens() {
        this(System::nanoTime);
    }

    AccessTokens(LongSupplier nanos) {
        this.nanos = nanos;
    }

    private record Token(String value, long goodUntilNanos) {}

    boolean isConfigured() {
        return url != null;
    }

    /** The token; fails with an {@link AccessTokenException}. */
    synchronized CompletableFuture<String> get() {
        CompletableFuture<Token> token = current;
        if (token == null || token.isDone() && !isGood(token)) {
            token = fetch();
            current = token;
        }
        return token.thenApply(Token::value);
    }

    private boolean isGood(CompletableFuture<Token> done) {
        return !done.isCompletedExceptionally()
                && nanos.getAsLong() - done.join().goodUntilNanos() < 0;
    }

    /** The endpoint does not take this token any more. */
    synchronized void withdrawn(String value) {
        CompletableFuture<Token> token = current;
        if (token != null
                && token.isDone()
                && !token.isCompletedExceptionally()
                && token.join().value().equals(value)) {
            current = null;
        }
    }

    private CompletableFuture<Token> fetch() {
        URI address = Objects.requireNonNull(url);
        String form = "grant_type=client_credentials" + (scope.isEmpty() ? "" : "&scope=" + encoded(scope));
        String pair = encoded(clientId) + ':' + encoded(clientSecret);
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(TIMEOUT)
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofString(form))
                .build();
        return client().sendAsync(request, BodyHandlers.ofByteArray()).handle((response, error) -> {
            if (error != null) {
                throw new CompletionException(failed(0, IoErrors.describe(unwrapped(error))));
            }
            return token(response);
        });
    }

    private static Throwable unwrapped(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }

    private Token token(HttpResponse<byte[]> response) {
        if (response.statusCode() != OK) {
            throw new CompletionException(failed(response.statusCode(), "it answered " + response.statusCode()));
        }
        try {
            JsonNode body = JSON.readTree(response.body());
            String value = body.path("access_token").asText("");
            boolean bearer = body.path("token_type").asText("Bearer").equalsIgnoreCase("Bearer");
            if (value.isEmpty() || !bearer || !value.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw new CompletionException(failed(0, "its answer holds no bearer token"));
            }
            return new Token(value, nanos.getAsLong() + lifetime(body).toNanos());
        } catch (JsonProcessingException e) {
            throw new CompletionException(failed(0, "its answer is no JSON"));
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /** How long it is used: a little less than it is good for. Without a word about that: until it is refused. */
    private static Duration lifetime(JsonNode body) {
        long seconds = body.path("expires_in").asLong(0);
        if (seconds <= 0) {
            return Duration.ofDays(365);
        }
        Duration all = Duration.ofSeconds(Math.min(seconds, Duration.ofDays(365).toSeconds()));
        Duration margin = all.dividedBy(MARGIN_SHARE);
        return all.minus(margin.compareTo(MARGIN) < 0 ? margin : MARGIN);
    }

    private AccessTokenException failed(int status, String what) {
        return new AccessTokenException(
                "No access token from " + Setting.withoutQuery(String.valueOf(url)) + ": " + what, status);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private synchronized HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            made = network.jdkClient();
            client = made;
        }
        return made;
    }

    /** Where tokens come from, http or https; empty: none are fetched. */
    public void setUrl(String url) {
        this.url = url.isBlank() ? null : Setting.httpUrl("auth.token-url", url);
    }

    /** The client's name. */
    public void setClientId(String clientId) {
        this.clientId = clientId.trim();
    }

    /** The client's secret, or {@code file:} and where it stands. */
    public void setClientSecret(String clientSecret) {
        this.clientSecret = Setting.secret("auth.client-secret", clientSecret);
    }

    /** What the token is to be good for, separated by spaces; empty: whatever the server gives. */
    public void setScope(String scope) {
        this.scope = scope.trim();
    }

    /** How hosts are reached. */
    public void setNetwork(Network network) {
        this.network = network;
    }
}
