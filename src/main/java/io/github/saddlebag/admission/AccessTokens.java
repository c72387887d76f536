package io.github.saddlebag.admission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.saddlebag.config.AuthSettings;
import io.github.saddlebag.endpoint.AccessTokenException;
import io.github.saddlebag.http.IoErrors;
import io.github.saddlebag.http.Network;
import io.github.saddlebag.setting.Setting;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens by OAuth 2.0 client credentials (RFC 6749 4.4): one for all calls, fetched by whoever needs it first while
 * the others wait for the same one, and anew shortly before it ends, or when the endpoint does not take it any more.
 */
public final class AccessTokens {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MOST_BYTES = 1 << 20;
    private static final Duration MARGIN = Duration.ofSeconds(30);
    private static final int MARGIN_SHARE = 10;
    private static final Duration LAST_MARGIN = Duration.ofSeconds(5);
    private static final int LAST_MARGIN_SHARE = 50;
    private static final long YOUNG_NANOS = 1_000_000_000L;
    private static final int OK = 2;

    private final LongSupplier nanos;
    private final Duration timeout;
    private final Network network;
    private final @Nullable URI url;
    private final String clientId;
    private final String clientSecret;
    private final String scope;
    private final boolean secretInForm;
    private final Set<String> types = new TreeSet<>();
    private final Map<String, String> form;
    private @Nullable HttpClient client;
    private @Nullable CompletableFuture<Token> current;
    private @Nullable Token last;

    public AccessTokens(AuthSettings settings, Network network) {
        this(settings, network, System::nanoTime, TIMEOUT);
    }

    /** @param timeout how long the head of an answer may take, and its body */
    AccessTokens(AuthSettings settings, Network network, LongSupplier nanos, Duration timeout) {
        this.network = network;
        this.nanos = nanos;
        this.timeout = timeout;
        url = settings.tokenUrl().isBlank() ? null : Setting.httpUrl("auth.token-url", settings.tokenUrl());
        clientId = settings.clientId().trim();
        clientSecret = settings.clientSecret();
        scope = settings.scope().trim();
        form = settings.form();
        secretInForm = Setting.oneOf("auth.secret-in", settings.secretIn().trim(), "header", "form")
                .equals("form");
        Setting.words(settings.tokenTypes()).forEach(name -> types.add(name.toLowerCase(Locale.ROOT)));
    }

    /**
     * @param goodUntilNanos when another is to be fetched
     * @param endsNanos until when this one may be sent meanwhile
     */
    private record Token(String value, long fromNanos, long goodUntilNanos, long endsNanos) {}

    boolean isConfigured() {
        return url != null;
    }

    /** The token; fails with an {@link AccessTokenException}. */
    synchronized CompletableFuture<String> get() {
        CompletableFuture<Token> token = current;
        if (token == null || token.isDone() && !isGood(fetched())) {
            token = fetch();
            current = token;
        }
        return token.thenApply(Token::value);
    }

    /** The token for a request that leaves now; null: it has ended, and another one is being fetched. */
    synchronized @Nullable String now() {
        Token token = fetched();
        if (isGood(token)) {
            last = token;
        } else {
            get();
        }
        Token known = last;
        return known != null && nanos.getAsLong() - known.endsNanos < 0 ? known.value : null;
    }

    /** Whether this token was fetched just now: what does not take it takes no other. */
    synchronized boolean isYoung(String value) {
        Token token = fetched();
        return token != null && token.value.equals(value) && nanos.getAsLong() - token.fromNanos < YOUNG_NANOS;
    }

    private boolean isGood(@Nullable Token token) {
        return token != null && nanos.getAsLong() - token.goodUntilNanos < 0;
    }

    /** The last one; null: it is on its way, or was not to be had. */
    private @Nullable Token fetched() {
        CompletableFuture<Token> token = current;
        return token != null && token.isDone() && !token.isCompletedExceptionally() ? token.join() : null;
    }

    /** The endpoint does not take this token any more. */
    synchronized void withdrawn(String value) {
        if (last != null && last.value.equals(value)) {
            last = null;
        }
        Token token = fetched();
        if (token != null && token.value.equals(value)) {
            current = null;
        }
    }

    private CompletableFuture<Token> fetch() {
        URI address = Objects.requireNonNull(url);
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(timeout)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofString(form()));
        if (!secretInForm) {
            byte[] pair = (encoded(clientId) + ':' + encoded(clientSecret)).getBytes(StandardCharsets.UTF_8);
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
        }
        return client().sendAsync(request.build(), new BoundedBody(MOST_BYTES, timeout))
                .handle((response, error) -> {
                    if (error != null) {
                        throw new CompletionException(failed(0, IoErrors.describe(unwrapped(error))));
                    }
                    return token(response);
                });
    }

    private String form() {
        Map<String, String> all = new TreeMap<>();
        all.put("grant_type", "client_credentials");
        if (!scope.isEmpty()) {
            all.put("scope", scope);
        }
        if (secretInForm) {
            all.put("client_id", clientId);
            all.put("client_secret", clientSecret);
        }
        all.putAll(form);
        return all.entrySet().stream()
                .map(field -> encoded(field.getKey()) + '=' + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static Throwable unwrapped(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }

    private Token token(HttpResponse<byte[]> response) {
        if (response.statusCode() / 100 != OK) {
            throw new CompletionException(failed(response.statusCode(), "it answered " + response.statusCode()));
        }
        try {
            JsonNode body = JSON.readTree(response.body());
            String value = body.path("access_token").asText("");
            boolean known = !body.hasNonNull("token_type")
                    || types.contains(body.path("token_type").asText().toLowerCase(Locale.ROOT));
            if (value.isEmpty() || !known || !value.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw new CompletionException(failed(
                        0,
                        "its answer holds no bearer token"
                                + (known ? "" : ", by its token_type (saddlebag.auth.token-types)")));
            }
            long now = nanos.getAsLong();
            Duration all = lifetime(body);
            return new Token(
                    value,
                    now,
                    now + less(all, MARGIN_SHARE, MARGIN).toNanos(),
                    now + less(all, LAST_MARGIN_SHARE, LAST_MARGIN).toNanos());
        } catch (JsonProcessingException e) {
            throw new CompletionException(failed(0, "its answer is no JSON"));
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /** How long it is good for. Without a word about that: until it is refused. */
    private static Duration lifetime(JsonNode body) {
        long seconds = body.path("expires_in").asLong(0);
        return seconds <= 0
                ? Duration.ofDays(365)
                : Duration.ofSeconds(Math.min(seconds, Duration.ofDays(365).toSeconds()));
    }

    /** A little less than that. */
    private static Duration less(Duration all, int share, Duration most) {
        Duration margin = all.dividedBy(share);
        return all.minus(margin.compareTo(most) < 0 ? margin : most);
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
}
