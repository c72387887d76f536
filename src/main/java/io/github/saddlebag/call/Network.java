package io.github.saddlebag.call;

import io.github.saddlebag.setting.Setting;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
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

    private @Nullable URI proxy;
    private String keyStore = "";
    private String keyStorePassword = "";
    private String trustStore = "";
    private String trustStorePassword = "";

    /** The proxy for all calls, or null. */
    @Nullable
    URI proxy() {
        return proxy;
    }

    /** The certificates of our own, and those that are trusted; null: what the JVM trusts, and none of our own. */
    @Nullable
    SSLContext sslContext() {
        if (keyStore.isEmpty() && trustStore.isEmpty()) {
            return null;
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers(), trustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS cannot be set up with the stores of saddlebag.auth.*: " + e, e);
        }
    }

    /** The certificate of our own; null: none. */
    @Nullable
    X509KeyManager keyManager() {
        try {
            KeyManager[] managers = keyManagers();
            return managers == null ? null : (X509KeyManager) managers[0];
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS cannot be set up with saddlebag.auth.key-store: " + e, e);
        }
    }

    /** The certificates that are trusted; null: what the JVM trusts. */
    @Nullable
    TrustManager trustManager() {
        try {
            TrustManager[] managers = trustManagers();
            return managers == null ? null : managers[0];
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS cannot be set up with saddlebag.auth.trust-store: " + e, e);
        }
    }

    private KeyManager @Nullable [] keyManagers() throws GeneralSecurityException {
        if (keyStore.isEmpty()) {
            return null;
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(open("auth.key-store", keyStore, keyStorePassword), keyStorePassword.toCharArray());
        return factory.getKeyManagers();
    }

    private TrustManager @Nullable [] trustManagers() throws GeneralSecurityException {
        if (trustStore.isEmpty()) {
            return null;
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(open("auth.trust-store", trustStore, trustStorePassword));
        return factory.getTrustManagers();
    }

    private static KeyStore open(String noun, String path, String password) throws GeneralSecurityException {
        try {
            return KeyStore.getInstance(new File(path), password.toCharArray());
        } catch (IOException e) {
            throw Setting.bad(noun, path, "it cannot be opened as PKCS12 or JKS with saddlebag." + noun + "-password.");
        }
    }

    /** A client of the JDK's, for what is not the endpoint itself. */
    HttpClient jdkClient() {
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

    /** The proxy that all calls go through, as http://HOST:PORT; empty: none. */
    public void setProxy(String proxy) {
        URI uri = proxy.isBlank() ? null : Setting.httpUrl("call.proxy", proxy);
        if (uri != null && (uri.getPort() < 0 || !"http".equalsIgnoreCase(uri.getScheme()))) {
            throw Setting.bad("call.proxy", proxy, "give http://HOST:PORT.");
        }
        this.proxy = uri;
    }

    /** The certificate and key that we show (mutual TLS), a PKCS12 or JKS file; empty: none. */
    public void setKeyStore(String file) {
        keyStore = file.trim();
    }

    public void setKeyStorePassword(String password) {
        keyStorePassword = Setting.secret("auth.key-store-password", password);
    }

    /** The certificates that we trust, a PKCS12 or JKS file; empty: those that the JVM trusts. */
    public void setTrustStore(String file) {
        trustStore = file.trim();
    }

    public void setTrustStorePassword(String password) {
        trustStorePassword = Setting.secret("auth.trust-store-password", password);
    }
}
