package io.github.saddlebag.endpoint;

import io.github.saddlebag.config.Settings;
import io.github.saddlebag.job.JobAddresses;
import io.github.saddlebag.pace.KeyEvidence;
import io.github.saddlebag.pace.Pace;
import io.github.saddlebag.pace.RetryBudget;
import io.github.saddlebag.setting.InContext;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.setting.SpringProperties;
import io.github.saddlebag.stats.SentCall;
import io.github.saddlebag.template.AddressTemplate;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/** The endpoint that is called, and what all calls to it share: the pace, the retry budget, the warnings. */
public final class Target extends InContext {

    private final CallLog log;
    private final @Nullable URI uri;
    private final @Nullable AddressTemplate template;
    private final String pipeline;
    private final String mode;
    private final String queryKeys;
    private final Duration longestPause;
    private final double retryShare;
    private final FirstCalls firstCalls;
    private final Set<String> jobHosts;
    private final WholeRun wholeRun;
    private final Witnesses witnesses = new Witnesses();
    private final KeyEvidence keys = new KeyEvidence(this::hasAcceptedSince);
    private final SentCall.@Nullable Server server;
    private final String address;
    private volatile long acceptedNanos = System.nanoTime();
    private volatile boolean gaveAnswers;
    private volatile long acceptedSentNanos = acceptedNanos;
    private volatile Pace pace;
    private volatile RetryBudget budget;

    /**
     * The configured one. Its address is http or https; empty: there is none, for routes that call something else. With
     * marks <code>${url:/pointer}</code> it is a template, and what stands before them is the address.
     */
    public Target(String pipeline, Settings settings, FirstCalls firstCalls, WholeRun wholeRun) {
        this.pipeline = pipeline;
        log = new CallLog(pipeline);
        mode = settings.call().mode().trim();
        longestPause = settings.retry().maxPause();
        retryShare = settings.retry().retryShare();
        jobHosts = JobAddresses.hosts(settings.job().allowHosts());
        this.firstCalls = firstCalls;
        this.wholeRun = wholeRun;
        wholeRun.endsBy(firstCalls::end);
        String given = settings.call().url().trim();
        template = AddressTemplate.isOne(given) ? new AddressTemplate("call.url", given) : null;
        if (template != null) {
            Setting.httpUrl("call.url", template.example());
            given = template.fixed();
        }
        URI plain = given.isEmpty() ? null : Setting.httpUrl("call.url", given);
        if (template != null && !mode.equals("single")) {
            throw Setting.bad(
                    "call.url",
                    String.valueOf(plain),
                    "placeholders in an address are for --mode single, where each item is a request of its own.");
        }
        server = plain == null ? null : SentCall.Server.of(plain);
        queryKeys = plain == null
                ? ""
                : settings.call().query().entrySet().stream()
                        .map(key -> encoded(key.getKey()) + '=' + encoded(key.getValue()))
                        .collect(Collectors.joining("&"));
        uri = plain == null || queryKeys.isEmpty() ? plain : withKeys(plain);
        address = uri == null ? "" : Setting.withoutQuery(uri.toString());
        pace = newPace();
        budget = new RetryBudget(retryShare, System::nanoTime);
    }

    /** Another endpoint with the settings of that one, which shares nothing with it. */
    private Target(URI uri, Target like) {
        this.uri = uri;
        template = null;
        pipeline = like.pipeline;
        log = new CallLog(pipeline);
        mode = "";
        queryKeys = "";
        longestPause = like.longestPause;
        retryShare = like.retryShare;
        firstCalls = new FirstCalls(false);
        jobHosts = Set.of();
        wholeRun = like.wholeRun;
        server = null;
        address = Setting.withoutQuery(uri.toString());
        pace = newPace();
        budget = new RetryBudget(retryShare, System::nanoTime);
    }

    /** A new one, of the endpoint or of a key that has limits of its own. */
    public Pace newPace() {
        // the generator of the thread that asks, each time
        return new Pace(System::nanoTime, () -> ThreadLocalRandom.current().nextLong(), longestPause);
    }

    private URI withKeys(URI plain) {
        String before = plain.getRawQuery();
        String path = orRoot(plain.getRawPath());
        return plain.resolve(path + '?' + (before == null ? "" : before + '&') + queryKeys);
    }

    /** The address without its query: for messages, and for the endpoint, whose address is shown by tools. */
    public String address() {
        uri();
        return address;
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

    /** Looks for what contradicts; called once, when its context is known. */
    public void init() throws Exception {
        CamelContext camelContext = context();
        SpringProperties.refuseMarks(camelContext);
        if (!mode.isEmpty() && Pipeline.of(camelContext, pipeline).isMade()) {
            camelContext.addStartupListener(new ModeCheck(pipeline, mode));
        }
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
        return new Target(other, this);
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
    public JobAddresses jobs() {
        return new JobAddresses(uri(), jobHosts);
    }

    public CallLog log() {
        return log;
    }

    public FirstCalls firstCalls() {
        return firstCalls;
    }

    /**
     * It answered a request well, that was sent then.
     *
     * @param ofKey the pace of its key; null: it has none of its own
     */
    public void accepted(long sentNanos, @Nullable Pace ofKey) {
        if (ofKey != null) {
            keys.answered(ofKey);
            ofKey.accepted(sentNanos);
        }
        acceptedNanos = System.nanoTime();
        acceptedSentNanos = sentNanos;
        pace().accepted(sentNanos);
        wholeRun.answered(sentNanos);
    }

    /** Answers stood in a response where they should. */
    public void givesAnswers() {
        gaveAnswers = true;
    }

    /** Whether they ever did. */
    public boolean gaveAnswers() {
        return gaveAnswers;
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

    /** Who pauses after a refusal, for a message: all, or those of one key. */
    public String pausing() {
        return pace().pause().isZero() ? "the requests of its key" : "all requests";
    }

    public Pace pace() {
        return pace;
    }

    public KeyEvidence keys() {
        return keys;
    }

    /** Where it is the same server, what was learned of it, and how long it wants quiet, counts on. */
    public void follow(Target before) {
        if (server != null && server.equals(before.server)) {
            takeOver(before);
        }
    }

    /** It is the same server as that one. */
    void takeOver(Target before) {
        pace = before.pace;
        budget = retryShare == before.retryShare ? before.budget : budget;
    }

    public RetryBudget budget() {
        return budget;
    }
}
