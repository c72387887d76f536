package io.github.saddlebag.cli;

import io.github.saddlebag.check.WhereTo;
import io.github.saddlebag.page.LivePage;
import io.github.saddlebag.progress.RunLog;
import io.github.saddlebag.runtime.ExitCode;
import io.github.saddlebag.runtime.Standalone;
import io.github.saddlebag.runtime.UsageException;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.source.Runs;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.watch.HotEdits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The routes as they stand, until a signal. */
@Command(
        name = "run",
        description = "Runs routes/ with application.properties, until it is stopped (Ctrl-C, SIGTERM).",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  saddlebag run",
            "  saddlebag run --url https://api.example.com/batch --set saddlebag.source.file.directory=/data/in",
        })
final class RunCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private EndpointOptions endpoint;

    @Mixin
    private RecordOption record;

    @Option(
            names = "--watch",
            description = "apply saved changes of the properties file and of routes/ while items flow;"
                    + " report those that need a restart")
    private boolean watch;

    private volatile @Nullable HotEdits edits;

    @Override
    public Integer call() throws Exception {
        endpoint.all();
        List<RunLog> logs = new ArrayList<>();
        try (Standalone standalone = start()) {
            record.start(standalone.context());
            String stopping = "stopping: what is under way is finished, the rest stays for the next start."
                    + " A second signal ends it at once.";
            Report.onSignal(spec, stopping, () -> {
                closeEdits();
                standalone.close();
            });
            endpoint.notes().forEach(this::say);
            List<String> names = List.copyOf(standalone.pipelines());
            for (String name : names) {
                Standalone one = standalone.of(name);
                String before = names.size() > 1 ? name + ": " : "";
                announce(one, before, name.equals(names.get(names.size() - 1)));
                RunLog log =
                        new RunLog(one.bean("saddlebagStats", PipelineStats.class), message -> say(before + message));
                logs.add(log);
                one.bean("saddlebagRuns", Runs.class).listener(log::opened);
                log.start();
            }
            LivePage.start(
                    standalone.context(),
                    () -> logs.stream().flatMap(log -> log.inputs().stream()).toList());
            if (watch) {
                edits = watch(standalone);
            }
            try {
                new CountDownLatch(1).await();
            } finally {
                closeEdits();
            }
            return ExitCode.OK;
        } finally {
            logs.forEach(RunLog::close);
        }
    }

    private void closeEdits() {
        HotEdits open = edits;
        if (open != null) {
            open.close();
        }
    }

    private Standalone start() throws UsageException {
        record.check();
        return Standalone.start(endpoint.config(), endpoint.properties());
    }

    private HotEdits watch(Standalone standalone) throws UsageException, IOException {
        Path file = Standalone.configFile(endpoint.config());
        Path routes = Standalone.home("routes");
        HotEdits hot = new HotEdits(
                standalone, standalone.live(endpoint.config(), endpoint.properties()), file, routes, this::say);
        hot.start();
        say("watching " + (file == null ? "" : file + " and ") + (routes == null ? "no routes" : routes + "/") + ".");
        return hot;
    }

    private void announce(Standalone standalone, String before, boolean last) {
        String url = Setting.withoutQuery(standalone.property("saddlebag.call.url"));
        say(before + String.join(" and ", sources(standalone)) + " go to " + url + ";");
        say(before + WhereTo.of(standalone).words() + (last ? "; stop with Ctrl-C or SIGTERM." : "."));
    }

    private static List<String> sources(Standalone standalone) {
        CamelContext context = standalone.context();
        List<String> sources = new ArrayList<>();
        if (context.getRoute(standalone.named("saddlebag-source-file")) != null) {
            sources.add("files dropped into " + standalone.property("saddlebag.source.file.directory") + "/");
        }
        if (context.getRoute(standalone.named("saddlebag-source-kafka")) != null) {
            sources.add("records of " + standalone.property("saddlebag.source.kafka.topic"));
        }
        if (context.getRoute(standalone.named("saddlebag-source-timer")) != null) {
            sources.add("the items of " + standalone.property("saddlebag.source.timer.list"));
        }
        if (context.getRoute(standalone.named("saddlebag-source-http")) != null) {
            sources.add("items POSTed to " + standalone.callersAddress());
        }
        return sources.isEmpty()
                ? List.of("no source is enabled (saddlebag.source.file.enabled=true reads files), so only items of your"
                        + " own routes")
                : sources;
    }

    private void say(String message) {
        Report.say(spec, message);
    }
}
