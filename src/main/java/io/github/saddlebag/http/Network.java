package io.github.saddlebag.http;

import io.github.saddlebag.config.AuthSettings;
import io.github.saddlebag.setting.Setting;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.UnrecoverableKeyException;
import java.time.Duration;
import java.util.Collections;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/** How hosts are reached: through which proxy, with which certificates, trusting whom. */
public final class Network {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final @Nullable URI proxy;
    private final String keyStore;
    private final String keyStorePassword;
    private final String trustStore;
    private final String trustStorePassword;

    /** @param proxy the proxy that all calls go through, as http://HOST:PORT; empty: none */
    public Network(String proxy, AuthSettings settings) {
        URI uri = proxy.isBlank() ? null : Setting.httpUrl("call.proxy", proxy);
        if (uri != null && (uri.getPort() < 0 || !"http".equalsIgnoreCase(uri.getScheme()))) {
            throw Setting.bad("call.proxy", proxy, "give http://HOST:PORT.");
        }
        this.proxy = uri;
        keyStore = settings.keyStore().trim();
        keyStorePassword = settings.keyStorePassword();
        trustStore = settings.trustStore().trim();
        trustStorePassword = settings.trustStorePassword();
    }

    /** Opens the stores, so that one which is of no use stops the start, and not the first call. */
    public void init() {
        sslContext();
    }

    /** The proxy for all calls, or null. */
    @Nullable
    public URI proxy() {
        return proxy;
    }

    /** The certificates of our own, and those that are trusted; null: what the JVM trusts, and none of our own. */
    @Nullable
    public SSLContext sslContext() {
        if (keyStore.isEmpty() && trustStore.isEmpty()) {
            return null;
        }
        try {
            X509KeyManager own = keyManager();
            TrustManager trusted = trustManager();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    own == null ? null : new KeyManager[] {own},
                    trusted == null ? null : new TrustManager[] {trusted},
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw unusable("the stores of saddlebag.auth.*", e);
        }
    }

    private static IllegalStateException unusable(String what, GeneralSecurityException e) {
        return new IllegalStateException("TLS cannot be set up with " + what + ": " + e, e);
    }

    /** The certificate of our own; null: none. */
    @Nullable
    X509KeyManager keyManager() {
        if (keyStore.isEmpty()) {
            return null;
        }
        try {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            KeyStore store = open("auth.key-store", keyStore, keyStorePassword);
            if (!holds(store, store::isKeyEntry)) {
                throw Setting.bad("auth.key-store", keyStore, "it holds no key with its certificate.");
            }
            factory.init(store, keyStorePassword.toCharArray());
            return (X509KeyManager) factory.getKeyManagers()[0];
        } catch (UnrecoverableKeyException e) {
            throw Setting.bad(
                    "auth.key-store", keyStore, "its key has another password than saddlebag.auth.key-store-password.");
        } catch (GeneralSecurityException e) {
            throw unusable("saddlebag.auth.key-store", e);
        }
    }

    /** The certificates that are trusted; null: what the JVM trusts. */
    @Nullable
    TrustManager trustManager() {
        if (trustStore.isEmpty()) {
            return null;
        }
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            KeyStore store = open("auth.trust-store", trustStore, trustStorePassword);
            if (!holds(store, store::isCertificateEntry)) {
                throw Setting.bad(
                        "auth.trust-store",
                        trustStore,
                        "it holds no certificate that is marked as trusted; add one with keytool -importcert.");
            }
            factory.init(store);
            return factory.getTrustManagers()[0];
        } catch (GeneralSecurityException e) {
            throw unusable("saddlebag.auth.trust-store", e);
        }
    }

    /** What a store is asked for each of its names. */
    @FunctionalInterface
    private interface Question {
        boolean isSo(String alias) throws KeyStoreException;
    }

    private static boolean holds(KeyStore store, Question question) throws KeyStoreException {
        for (String alias : Collections.list(store.aliases())) {
            if (question.isSo(alias)) {
                return true;
            }
        }
        return false;
    }

    private static KeyStore open(String noun, String path, String password) throws GeneralSecurityException {
        File file = new File(path);
        if (!file.isFile() || !file.canRead()) {
            throw Setting.bad(noun, path, "it is no file, or cannot be read.");
        }
        try {
            return KeyStore.getInstance(file, password.toCharArray());
        } catch (IOException | KeyStoreException e) {
            throw Setting.bad(noun, path, "it cannot be opened as PKCS12 or JKS with saddlebag." + noun + "-password.");
        }
    }

    /** A client of the JDK's, for what is not the endpoint itself. */
    public HttpClient jdkClient() {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT);
        URI through = proxy;
        if (through != null) {
            builder.proxy(ProxySelector.of(new InetSocketAddress(through.getHost(), through.getPort())));
        }
        SSLContext context = sslContext();
        if (context != null) {
            builder.sslContext(context);
        }
        return builder.build();
    }
}
