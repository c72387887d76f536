package io.github.saddlebag.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.CamelContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The routes as they stand, until a signal. */
@Command(
        name = "run",
        description = "Runs routes/ and application.properties as they stand, until it is stopped (Ctrl-C, SIGTERM).",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
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

    @Override
    public Integer call() throws Exception {
        try (Standalone standalone = Standalone.start(endpoint.config(), endpoint.properties())) {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                say("stopping: what is under way is finished, the rest stays for the next start.");
                                standalone.close();
                                say("stopped.");
                            },
                            "saddlebag-signal"));
            announce(standalone.context());
            new CountDownLatch(1).await();
            return ExitCode.OK;
        } catch (UsageException e) {
            say(e.text());
            return ExitCode.USAGE;
        }
    }

    private void announce(CamelContext context) {
        String inbox = context.resolvePropertyPlaceholders("{{saddlebag.source.file.directory:inbox}}");
        String outbox = context.resolvePropertyPlaceholders("{{saddlebag.deliver.directory:outbox}}");
        String url = context.resolvePropertyPlaceholders("{{saddlebag.call.url}}");
        boolean files = context.getRoute("saddlebag-source-file") != null;
        say((files ? "files dropped into " + inbox + "/ go" : "items go") + " to " + url.replaceAll("\\?.*", "") + ";");
        say("results and dead letters are written to " + outbox + "/; stop with Ctrl-C or SIGTERM.");
    }

    private void say(String message) {
        spec.commandLine().getErr().println("saddlebag run: " + message);
        spec.commandLine().getErr().flush();
    }
}
