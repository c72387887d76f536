package io.github.saddlebag.cli;

import io.github.saddlebag.page.LivePage;
import io.github.saddlebag.runtime.ExitCode;
import io.github.saddlebag.runtime.Standalone;
import io.github.saddlebag.runtime.UsageException;
import io.github.saddlebag.setting.Setting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One item in a request, its answer in the response; the endpoint sees batches. */
@Command(
        name = "serve",
        description = "Answers each HTTP caller's item separately, and calls the endpoint with batches,"
                + " until it is stopped.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "POST one JSON value to http://HOST:PORT/ and get its answer. Otherwise a problem",
            "(RFC 9457) says why: 400 no item, 401 token, 408 too slow, 413 too large,",
            "415 not JSON, 429 too many (Retry-After), 502 its request failed, 503 stopping,",
            "504 no answer in time.",
            "",
            "POST many, each on its own line (application/x-ndjson), and get a line for each",
            "answer as it comes.",
            "",
            "Anyone who reaches the port is served: only this machine, unless --host says otherwise.",
            "To accept only callers with a token, set SADDLEBAG_SOURCE_HTTP_TOKEN in the",
            "environment.",
            "",
            "Exit status: 2 wrong usage or configuration; 70 out of memory; 130, 143 stopped by a signal, after",
            "requests in flight have finished.",
            "",
            "Examples:",
            "  saddlebag serve --port 8080 --url https://api.example.com/batch",
            "  saddlebag serve --url https://api.example.com/batch --batch-size 50 \\",
            "      --linger-ms 20 --answer-result /result --rate 100/1m",
            "  curl -H 'Content-Type: application/json' \\",
            "      -d '{\"id\":\"a\",\"text\":\"..\"}' http://127.0.0.1:8080/",
        })
final class ServeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--port", paramLabel = "P", description = "the port to listen at; 0: a free one (8080)")
    private @Nullable String port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "the address to listen at (127.0.0.1: only this machine)")
    private @Nullable String host;

    @Mixin
    private EndpointOptions endpoint;

    @Mixin
    private RecordOption record;

    @Override
    public Integer call() throws Exception {
        try (Standalone service = start()) {
            record.start(service.context());
            Report.onSignal(spec, "stopping: what is under way is finished, other callers get 503.", service::close);
            endpoint.notes().forEach(this::say);
            LivePage.start(service.context(), List::of);
            say("POST an item to " + service.callersAddress() + " and get its answer; batches go to "
                    + Setting.withoutQuery(service.property("saddlebag.call.url")) + ".");
            say("stop with Ctrl-C or SIGTERM.");
            new CountDownLatch(1).await();
            return ExitCode.OK;
        }
    }

    private Standalone start() throws UsageException {
        record.check();
        return Standalone.startService(endpoint.config(), properties());
    }

    private Map<String, String> properties() throws UsageException {
        Map<String, String> properties = new LinkedHashMap<>();
        EndpointOptions.put(properties, "saddlebag.source.http.port", port);
        EndpointOptions.put(properties, "saddlebag.source.http.host", host);
        properties.putAll(endpoint.properties());
        return properties;
    }

    private void say(String message) {
        Report.say(spec, message);
    }
}
