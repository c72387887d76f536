package io.github.saddlebag.serve;

import io.github.saddlebag.config.ServeSettings;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.Setting;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** What HTTP callers are granted. It knows nothing of the server, which a host may not have. */
public final class CallerSettings {

    private final Pipeline pipeline;

    private final ServeSettings settings;
    private final String host;
    private final BearerToken token;
    private final Origins origins;
    private final String healthPath;
    private final boolean http2;

    /** @throws IllegalArgumentException a value is wrong; the message names the property, the value and the rule */
    public CallerSettings(ServeSettings settings, Pipeline pipeline) {
        this.pipeline = pipeline;
        this.settings = settings;
        this.host = settings.host().trim();
        if (host.isEmpty()) {
            throw Setting.bad(
                    "source.http.host", settings.host(), "give an address, for example 127.0.0.1 or 0.0.0.0.");
        }
        this.token = BearerToken.of(settings.token());
        this.origins = Origins.of(settings.allowedOrigins());
        this.healthPath = settings.healthPath().trim();
        if (!healthPath.isEmpty() && !healthPath.startsWith("/")) {
            throw Setting.bad(
                    "source.http.health-path",
                    settings.healthPath(),
                    "give a path that begins with a slash, or nothing.");
        }
        this.http2 = Setting.oneOf(
                        "source.http.http-version", settings.httpVersion().trim(), "1.1", "2")
                .equals("2");
    }

    /** What is taken as it was given. */
    ServeSettings given() {
        return settings;
    }

    public String host() {
        return host;
    }

    public int port() {
        return settings.port();
    }

    BearerToken token() {
        return token;
    }

    int maxBody() {
        return Setting.arrayLength(settings.maxBody());
    }

    int maxListBody() {
        return Setting.arrayLength(settings.maxListBody());
    }

    Origins origins() {
        return origins;
    }

    boolean http2() {
        return http2;
    }

    /** Milliseconds. */
    public long offerTimeout() {
        return settings.offerTimeout().toMillis();
    }

    /** Milliseconds. */
    public long replyTimeout() {
        return settings.replyTimeout().toMillis();
    }

    /** Whether callers from other machines can come without a token. */
    boolean isOpenToAnyone() {
        try {
            return token == BearerToken.NONE && !InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Whether load balancers ask there whether items are taken. */
    boolean isHealth(String path) {
        return !healthPath.isEmpty() && healthPath.equals(path);
    }

    /** The message, in which the properties are those of the pipeline. */
    String told(String message) {
        return pipeline.told(message);
    }
}
