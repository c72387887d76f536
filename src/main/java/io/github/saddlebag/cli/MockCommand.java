package io.github.saddlebag.cli;

import io.github.saddlebag.demo.MockApi;
import java.net.BindException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The demo's API by itself. */
@Command(
        name = "mock",
        description = "Serves the demo's batch geocoder on loopback, for trying things out, until it is stopped.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "At any path it answers POST of a JSON array of {\"id\",\"address\"} with an array of {\"id\",\"position\"} or {\"id\",\"error\"};",
            "POST of a single one, and GET of ?id=..&address=.., with {\"id\",\"position\"} or 422.",
            "At /geocode-job it answers 202 and an id; GET /geocode-job?id=.. returns the array when the job is done.",
            "",
            "Examples:",
            "  saddlebag mock --port 8089",
            "  saddlebag mock --port 8089 --latency 50 --rate 20 --errors 0.05 --refuse 0.01",
        })
final class MockCommand implements Callable<Integer> {

    private static final int MOST_MILLIS = 3_600_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--port", paramLabel = "P", defaultValue = "8089", description = "0: a free one (${DEFAULT-VALUE})")
    private int port;

    @Option(names = "--latency", paramLabel = "MS", defaultValue = "0", description = "milliseconds before each answer")
    private int latency;

    @Option(
            names = "--slow",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "share of requests that take 1 s more (0 to 1)")
    private double slow;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "requests per second; 429 above; 0: no limit")
    private int rate;

    @Option(
            names = "--errors",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "share of requests answered with 500 (0 to 1)")
    private double errors;

    @Option(
            names = "--refuse",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "share of items that are refused (0 to 1)")
    private double refuse;

    @Option(
            names = "--job",
            paramLabel = "MS",
            defaultValue = "1000",
            description = "duration of a job in milliseconds (${DEFAULT-VALUE})")
    private int job;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "seed of the random numbers (${DEFAULT-VALUE})")
    private long seed;

    @Override
    public Integer call() throws Exception {
        String wrong = wrong();
        if (wrong != null) {
            return usage(wrong);
        }
        MockApi.Faults faults = new MockApi.Faults(latency, slow, rate, errors, refuse, seed);
        try (MockApi api = MockApi.start(port, faults, null)) {
            api.jobsTake(Duration.ofMillis(job));
            spec.commandLine()
                    .getOut()
                    .println("saddlebag mock: listening at " + api.url() + "; stop with Ctrl-C or SIGTERM.");
            spec.commandLine().getOut().flush();
            new CountDownLatch(1).await();
        } catch (BindException e) {
            return usage("--port " + port + ": the port is taken or not ours. Name another one, or 0.");
        }
        return 0;
    }

    /** What is wrong with a number, or null. */
    private @Nullable String wrong() {
        return Stream.of(
                        whole("--port", port, 65_535, "a port, or 0 for a free one"),
                        whole("--latency", latency, MOST_MILLIS, "milliseconds"),
                        share("--slow", slow),
                        whole("--rate", rate, 1_000_000, "requests per second, or 0 for no limit"),
                        share("--errors", errors),
                        share("--refuse", refuse),
                        whole("--job", job, MOST_MILLIS, "milliseconds"))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String whole(String option, int number, int most, String what) {
        return number >= 0 && number <= most
                ? null
                : option + " " + number + ": it must be from 0 to " + most + ". Give " + what + ".";
    }

    private static @Nullable String share(String option, double number) {
        return number >= 0 && number <= 1
                ? null
                : option + " " + number + ": it must be from 0 to 1. Give a share, such as 0.05 for one in twenty.";
    }

    private int usage(String message) {
        spec.commandLine().getErr().println("saddlebag mock: " + message);
        spec.commandLine().getErr().flush();
        return CommandLine.ExitCode.USAGE;
    }
}
