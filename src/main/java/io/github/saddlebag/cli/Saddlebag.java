package io.github.saddlebag.cli;

import io.github.saddlebag.progress.BarOutput;
import io.github.saddlebag.progress.Progress;
import io.github.saddlebag.runtime.ExitCode;
import io.github.saddlebag.runtime.Flags;
import io.github.saddlebag.runtime.Logging;
import io.github.saddlebag.runtime.Signals;
import io.github.saddlebag.runtime.Standalone;
import io.github.saddlebag.runtime.UsageException;
import io.github.saddlebag.support.Unrecoverable;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.camel.CamelContext;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Hides HTTP batch APIs behind single items, rates, retries and failures of each item's own. */
@Command(
        name = "saddlebag",
        description = "Many single items in, few HTTP requests out, every item's own answer back.",
        mixinStandardHelpOptions = true,
        subcommands = {
            DemoCommand.class,
            ProcessCommand.class,
            ReplayCommand.class,
            DeadLettersCommand.class,
            AdviseCommand.class,
            CheckCommand.class,
            ServeCommand.class,
            RunCommand.class,
            MockCommand.class,
            CompletionCommand.class,
            WarmUpCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  saddlebag demo",
            "  saddlebag process --input items.jsonl --output results.jsonl --url https://api.example.com/batch",
            "  saddlebag process --help",
        })
public final class Saddlebag {

    private static final String MEMORY =
            ". It ends here; what was under way is done again by the next start. Give it more"
                    + " (JAVA_OPTS=-Xmx1g), or hold less at once: --concurrency, --batch-size, saddlebag.answer.max-bytes.";

    // read before anything is logged, and here for the help and against other words
    @Option(
            names = Logging.LEVEL,
            paramLabel = "LEVEL",
            scope = ScopeType.INHERIT,
            description = "log level: off, error, warn, info, debug or trace")
    private Logging.@Nullable Level level;

    @Option(
            names = Logging.FORMAT,
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            description = "format of lines on stderr: text, or json with pipeline, batch and trace id")
    private Logging.@Nullable Format format;

    private Saddlebag() {}

    /** Runs a command and ends the JVM with its exit status. */
    public static void main(String[] args) {
        Signals.setUp();
        Thread.setDefaultUncaughtExceptionHandler(Saddlebag::uncaught);
        int status = execute(args);
        System.out.flush();
        System.err.flush();
        if (Boolean.getBoolean("saddlebag.exit")) {
            System.exit(status);
        }
        if (isEndedBySignal() && !ExitCode.isOfFinishedRun(status)) {
            // the JVM ends with the signal's status as soon as its hooks are done
            return;
        }
        // all is closed by now; exit would run Camel's hooks once more
        Runtime.getRuntime().halt(status);
    }

    /** Of what an error leaves behind nothing is sure, but for what is on the disk: with that the next start goes on. */
    private static void uncaught(Thread thread, Throwable thrown) {
        if (!(thrown instanceof Error)) {
            System.err.println("saddlebag: the thread " + thread.getName() + " ended.");
            thrown.printStackTrace();
            return;
        }
        try {
            boolean memory = thrown instanceof OutOfMemoryError;
            System.err.println("saddlebag: " + thrown
                    + (memory ? MEMORY : ". It ends here; what was under way is done again by the next start."));
            if (!memory) {
                thrown.printStackTrace();
            }
        } finally {
            Runtime.getRuntime().halt(ExitCode.ERROR);
        }
    }

    private static boolean isEndedBySignal() {
        try {
            Runtime.getRuntime().removeShutdownHook(new Thread());
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    /** The commands with their options. */
    static CommandLine line() {
        CommandLine line = new CommandLine(new Saddlebag());
        CommandSpec replay =
                Objects.requireNonNull(line.getSubcommands().get("replay")).getCommandSpec();
        OptionSpec output = replay.findOption("--output");
        // with --merge-into and --dry-run there is none
        replay.remove(output);
        replay.addOption(OptionSpec.builder(output).required(false).build());
        CommandSpec run =
                Objects.requireNonNull(line.getSubcommands().get("run")).getCommandSpec();
        // it starts them all
        run.remove(run.findOption("--pipeline"));
        return line;
    }

    static int execute(String... args) {
        Logging.setUp(args);
        if (Progress.isTerminal()) {
            System.setErr(new PrintStream(new BarOutput(System.err), true, StandardCharsets.UTF_8));
        }
        CommandLine line = line();
        if (Logging.lacksLibrary(args)) {
            line.getErr()
                    .println(
                            "saddlebag: --log-format json needs logback and logstash-logback-encoder, which stand beside"
                                    + " the launcher and not on this class path. Start it by bin/saddlebag.");
            return ExitCode.USAGE;
        }
        if (Logging.isJson(args)) {
            line.setErr(Logging.lines());
        }
        if (Logging.warning() != null) {
            line.getErr().println("saddlebag: " + Logging.warning());
        }
        line.setExecutionExceptionHandler((e, command, result) -> {
            Unrecoverable.report(e);
            if (e instanceof UsageException usage) {
                CommandSpec spec = command.getCommandSpec();
                Report.say(spec, Flags.told(usage, spec));
                return ExitCode.USAGE;
            }
            command.getErr().println("saddlebag: " + Standalone.messageOf(e));
            return ExitCode.USAGE;
        });
        // a value may begin with @, and the files that it would name are nobody's business
        line.setExpandAtFiles(false);
        line.setParameterExceptionHandler(Misuse::explain);
        HelpText.setUp(line);
        return line.execute(args.length == 0 ? new String[] {"--help"} : args);
    }

    /** The versions that {@code --version} tells. */
    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            Package own = Saddlebag.class.getPackage();
            String version = own.getImplementationVersion() == null ? "(not packaged)" : own.getImplementationVersion();
            return new String[] {
                "saddlebag " + version + ", Camel " + camelVersion() + ", Java " + System.getProperty("java.version")
            };
        }

        private static String camelVersion() {
            Package camel = CamelContext.class.getPackage();
            return ObjectHelper.isEmpty(camel.getImplementationVersion())
                    ? "(unknown)"
                    : camel.getImplementationVersion();
        }
    }
}
