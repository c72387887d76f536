package io.github.saddlebag.serve;

import io.github.saddlebag.setting.OfPipeline;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.Setting;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/** What HTTP callers are granted. It knows nothing of the server, which a host may not have. */
public final class CallerSettings implements OfPipeline {

    private Pipeline pipeline = Pipeline.OF_FILES;

    private String host = "127.0.0.1";
    private int port = 8080;
    private BearerToken token = BearerToken.NONE;
    private int maxBody = 1 << 20;
    private int maxListBody = 8 << 20;
    private int maxListItems = 10_000;
    private int maxCallers = 5000;
    private int maxConnections;
    private Duration headTimeout = Duration.ofSeconds(10);
    private Duration idleTimeout = Duration.ofSeconds(75);
    private Duration bodyTimeout = Duration.ofSeconds(10);
    private Origins origins = Origins.NONE;
    private String healthPath = "/health";
    private boolean http2;
    private boolean accessLog;
    private long offerTimeout = 1000;
    private long replyTimeout = 60_000;

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    BearerToken token() {
        return token;
    }

    int maxBody() {
        return maxBody;
    }

    int maxListBody() {
        return maxListBody;
    }

    int maxListItems() {
        return maxListItems;
    }

    int maxCallers() {
        return maxCallers;
    }

    /** 0: as many as the descriptors of the process allow. */
    int maxConnections() {
        return maxConnections;
    }

    Duration headTimeout() {
        return headTimeout;
    }

    Duration idleTimeout() {
        return idleTimeout;
    }

    Origins origins() {
        return origins;
    }

    boolean http2() {
        return http2;
    }

    boolean accessLog() {
        return accessLog;
    }

    Duration bodyTimeout() {
        return bodyTimeout;
    }

    /** Milliseconds. */
    public long offerTimeout() {
        return offerTimeout;
    }

    /** Milliseconds. */
    public long replyTimeout() {
        return replyTimeout;
    }

    /** Whether callers from other machines can come without a token. */
    boolean isOpenToAnyone() {
        try {
            return token == BearerToken.NONE && !InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** The address to listen at. */
    public void setHost(String host) {
        if (host.isBlank()) {
            throw Setting.bad("source.http.host", host, "give an address, for example 127.0.0.1 or 0.0.0.0.");
        }
        this.host = host.trim();
    }

    /** The port to listen at; 0: a free one. */
    public void setPort(int port) {
        this.port = port;
    }

    /** What callers must know; empty: nothing. */
    public void setToken(String token) {
        this.token = BearerToken.of(token);
    }

    /** The longest body, with a unit; at most 1GB. */
    public void setMaxBody(long maxBody) {
        this.maxBody = (int) Math.min(1L << 30, maxBody);
    }

    /** The longest body of many items, with a unit; at most 1GB. */
    public void setMaxListBody(long maxListBody) {
        this.maxListBody = (int) Math.min(1L << 30, maxListBody);
    }

    /** How many items a body may have. */
    public void setMaxListItems(int maxListItems) {
        this.maxListItems = maxListItems;
    }

    /** How many may be served at once. */
    public void setMaxCallers(int maxCallers) {
        this.maxCallers = maxCallers;
    }

    /** How many connections may be open at once; 0: as many as leave a quarter of the descriptors free. */
    public void setMaxConnections(int maxConnections) {
        this.maxConnections = maxConnections;
    }

    /** How long a new connection may take until its first request's head is there. */
    public void setHeadTimeout(Duration headTimeout) {
        this.headTimeout = headTimeout;
    }

    /** How long a connection is kept after an answer without a further request. */
    public void setIdleTimeout(Duration idleTimeout) {
        this.idleTimeout = idleTimeout;
    }

    /** Whether load balancers ask there whether items are taken. */
    boolean isHealth(String path) {
        return !healthPath.isEmpty() && healthPath.equals(path);
    }

    /** Where load balancers ask whether items are taken, with its slash; empty: nowhere. */
    public void setHealthPath(String healthPath) {
        String path = healthPath.trim();
        if (!path.isEmpty() && !path.startsWith("/")) {
            throw Setting.bad(
                    "source.http.health-path", healthPath, "give a path that begins with a slash, or nothing.");
        }
        this.healthPath = path;
    }

    /** Whether each request is logged when it is over. */
    public void setAccessLog(boolean accessLog) {
        this.accessLog = accessLog;
    }

    /** Whose web pages may call, separated by commas; empty: none. */
    public void setAllowedOrigins(String allowedOrigins) {
        this.origins = Origins.of(allowedOrigins);
    }

    /** {@code 1.1}, or {@code 2}: that as well, in clear text. */
    public void setHttpVersion(String httpVersion) {
        this.http2 = switch (httpVersion.trim()) {
            case "1.1" -> false;
            case "2" -> true;
            default -> throw Setting.bad("source.http.http-version", httpVersion, "give 1.1 or 2.");
        };
    }

    /** How long a body may take to arrive. */
    public void setBodyTimeout(Duration bodyTimeout) {
        this.bodyTimeout = bodyTimeout;
    }

    /** How long a caller waits at a full gate. */
    public void setOfferTimeout(Duration offerTimeout) {
        this.offerTimeout = offerTimeout.toMillis();
    }

    /** How long a caller waits for the answer, the gate included. */
    public void setReplyTimeout(Duration replyTimeout) {
        this.replyTimeout = replyTimeout.toMillis();
    }

    @Override
    public void setPipeline(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** The message, in which the properties are those of the pipeline. */
    String told(String message) {
        return pipeline.told(message);
    }
}
