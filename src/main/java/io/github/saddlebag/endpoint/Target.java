package io.github.saddlebag.endpoint;

import io.github.saddlebag.job.JobAddresses;
import io.github.saddlebag.pace.Pace;
import io.github.saddlebag.pace.RetryBudget;
import io.github.saddlebag.setting.InContext;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.Prefixed;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.stats.SentCall;
import io.github.saddlebag.template.AddressTemplate;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/** The endpoint that is called, and what all calls to it share: the pace, the retry budget, the warnings. */
public final class Target extends InContext {

    private final CallLog log = new CallLog(System::nanoTime);
    private @Nullable URI uri;
    private volatile @Nullable String address;
    private @Nullable AddressTemplate template;
    private boolean marksAllowed = true;
    private String pipeline = Pipeline.DEFAULT;
    private String mode = "";
    private Map<String, String> query = Map.of();
    private String queryKeys = "";
    private Duration longestPause = Duration.ofMinutes(5);
    private double retryShare = 0.2;
    private FirstCalls firstCalls = new FirstCalls();
    private Set<String> jobHosts = Set.of();
    private WholeRun wholeRun = new WholeRun();
    private volatile long acceptedNanos = System.nanoTime();
    private volatile long acceptedSentNanos = acceptedNanos;
    private @Nullable JobAddresses jobs;
    private @Nullable Pace pace;
    private @Nullable RetryBudget budget;
    private final Witnesses witnesses = new Witnesses();
    private SentCall.@Nullable Server server;

    /** The address without its query: for messages, and for the endpoint, whose address is shown by tools. */
    public String address() {
        String known = address;
        if (known == null) {
            known = Setting.withoutQuery(uri().toString());
            address = known;
        }
        return known;
    }

    /**
     * The path and the query as they were given, if this is their path as Camel hands it to the client: it decodes paths,
     * and logs queries.
     */
    public String asGiven(String path) {
        URI given = uri();
        if (path.indexOf('?') >= 0 || !URI.create(path).getPath().equals(orRoot(given.getPath()))) {
            return path;
        }
        String query = given.getRawQuery();
        return orRoot(given.getRawPath()) + (query == null ? "" : '?' + query);
    }

    /** The same with more in its query. */
    public String asGiven(String path, String query) {
        String given = asGiven(path);
        return given + (given.indexOf('?') < 0 ? '?' : '&') + query;
    }

    /** Adds the keys to the address; called once, when all is configured. */
    public void init() throws Exception {
        CamelContext camelContext = getCamelContext();
        if (camelContext != null) {
            Prefixed.refuseMarksOfTheHost(camelContext);
            if (!mode.isEmpty() && Pipeline.of(camelContext, pipeline).isMade()) {
                camelContext.addStartupListener(new ModeCheck(pipeline, mode));
            }
        }
        if (template != null && !marksAllowed) {
            throw Setting.bad(
                    "call.url",
                    String.valueOf(uri),
                    "marks in an address are for --mode single, where each item is a request of its own.");
        }
        if (query.isEmpty() || uri == null) {
            return;
        }
        String more = query.entrySet().stream()
                .map(key -> encoded(key.getKey()) + '=' + encoded(key.getValue()))
                .collect(Collectors.joining("&"));
        String before = uri.getRawQuery();
        String path = orRoot(uri.getRawPath());
        uri = uri.resolve(path + '?' + (before == null ? "" : before + '&') + more);
        queryKeys = more;
    }

    /** The keys that go with each query to the endpoint, encoded; empty: none. */
    public String queryKeys() {
        return queryKeys;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String orRoot(String path) {
        return path.isEmpty() ? "/" : path;
    }

    /** The address, or null: there is none, for routes that call something else. */
    @Nullable
    public URI url() {
        return uri;
    }

    /** What makes an address of an item, without {@link #queryKeys}; null: all go to {@link #url}. */
    @Nullable
    public AddressTemplate template() {
        return template;
    }

    /** Another endpoint with the same settings, which shares nothing with this one. */
    Target at(URI other) {
        Target target = new Target();
        target.uri = other;
        target.longestPause = longestPause;
        target.retryShare = retryShare;
        target.wholeRun = wholeRun;
        return target;
    }

    /** Where it is, as it was configured; null: there is none, or it is of an item. */
    public SentCall.@Nullable Server server() {
        return server;
    }

    private URI uri() {
        URI known = uri;
        if (known == null) {
            throw new IllegalStateException("saddlebag.call.url is not set: give the endpoint's address, for example"
                    + " https://api.example.com/batch.");
        }
        return known;
    }

    /** Where jobs that are submitted to it may be asked for. */
    public synchronized JobAddresses jobs() {
        JobAddresses known = jobs;
        if (known == null) {
            known = new JobAddresses(uri(), jobHosts);
            jobs = known;
        }
        return known;
    }

    public CallLog log() {
        return log;
    }

    public FirstCalls firstCalls() {
        return firstCalls;
    }

    /** It answered a request well, that was sent then. */
    public void accepted(long sentNanos) {
        acceptedNanos = System.nanoTime();
        acceptedSentNanos = sentNanos;
        pace().accepted(sentNanos);
        wholeRun.answered(sentNanos);
    }

    /** How long it has answered none well. */
    public Duration acceptsNothingFor() {
        return Duration.ofNanos(System.nanoTime() - acceptedNanos);
    }

    /** Whether it answered a request well that was sent after that. */
    public boolean hasAcceptedSince(long nanos) {
        return acceptedSentNanos - nanos > 0;
    }

    public WholeRun wholeRun() {
        return wholeRun;
    }

    public Witnesses witnesses() {
        return witnesses;
    }

    public synchronized Pace pace() {
        Pace current = pace;
        if (current == null) {
            // the generator of the thread that asks, each time
            current =
                    new Pace(System::nanoTime, () -> ThreadLocalRandom.current().nextLong(), longestPause);
            pace = current;
        }
        return current;
    }

    /** Where it is the same server, what was learned of it, and how long it wants quiet, counts on. */
    public void follow(Target before) {
        if (server != null && server.equals(before.server)) {
            takeOver(before);
        }
    }

    /** It is the same server as that one. */
    void takeOver(Target before) {
        Pace known = before.pace();
        RetryBudget spent = before.budget();
        synchronized (this) {
            pace = known;
            budget = retryShare == before.retryShare ? spent : budget;
        }
    }

    public synchronized RetryBudget budget() {
        RetryBudget current = budget;
        if (current == null) {
            current = new RetryBudget(retryShare, System::nanoTime);
            budget = current;
        }
        return current;
    }

    /**
     * The endpoint's address, http or https; empty: none, for routes that call something else. With marks
     * <code>${url:/pointer}</code> it is a template, and what stands before them is the address.
     */
    public void setUrl(String url) {
        String address = url.trim();
        template = null;
        if (AddressTemplate.isOne(address)) {
            AddressTemplate marked = new AddressTemplate("call.url", address);
            Setting.httpUrl("call.url", marked.example());
            address = marked.fixed();
            template = marked;
        }
        uri = address.isEmpty() ? null : Setting.httpUrl("call.url", address);
        server = uri == null ? null : SentCall.Server.of(uri);
    }

    /** How items are called; marks in the address are for the mode {@code single}. */
    public void setMode(String mode) {
        marksAllowed = mode.trim().equals("single");
        this.mode = mode.trim();
    }

    /** Hosts, or hosts with a port, where jobs may be asked for besides, without the headers of the endpoint. */
    public void setJobHosts(String hosts) {
        jobHosts = JobAddresses.hosts(hosts);
    }

    /** Keys that the address's query gets, by their names. */
    public void setQuery(Map<String, String> keys) {
        query = keys;
    }

    /** The longest pause that the endpoint's words can cause, with a unit. */
    public void setMaxPause(Duration maxPause) {
        longestPause = maxPause;
    }

    /** Whose endpoint it is. */
    public void setPipeline(String pipeline) {
        this.pipeline = pipeline;
        log.setPipeline(pipeline);
    }

    /** How many retries there may be for each call that goes well, from 0 to 1. */
    public void setRetryShare(double share) {
        retryShare = share;
    }

    /** Finds out whether the endpoint is of use at all. */
    public void setFirstCalls(FirstCalls firstCalls) {
        this.firstCalls = firstCalls;
    }

    /** Finds out whether all requests are refused for a reason that lies in none of them. */
    public void setWholeRun(WholeRun wholeRun) {
        this.wholeRun = wholeRun;
        wholeRun.endsBy(reason -> firstCalls.end(reason));
    }

    /** What is counted of the calls; it is told of the pauses, and of the rate that is learned. */
    public void setStats(PipelineStats stats) {
        stats.pace(() -> pace().pauseNow(), () -> pace().paused(), () -> pace().currentRate());
    }
}
