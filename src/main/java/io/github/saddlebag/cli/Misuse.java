package io.github.saddlebag.cli;

import io.github.saddlebag.runtime.ExitCode;
import io.github.saddlebag.setting.NearMiss;
import io.github.saddlebag.setting.Setting;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** What is said of a command line that cannot be read: in a few lines, as below the whole help nobody would find it. */
final class Misuse {

    /** How an option begins that is a property. */
    private static final String PROPERTY = "--set saddlebag.";

    /** What other programs call an option, by what it is here. */
    static final Map<String, Set<String>> ELSEWHERE = Map.ofEntries(
            Map.entry("--input", Set.of("-i", "-f", "--file", "--source", "--items-file")),
            Map.entry("--output", Set.of("-o", "--results", "--target", "--destination")),
            Map.entry("--url", Set.of("-u", "--uri", "--endpoint", "--address", "--api")),
            Map.entry("--header", Set.of("-H")),
            Map.entry(
                    "--header 'Authorization: Bearer TOKEN'",
                    Set.of("--token", "--bearer", "--auth", "--api-key", "--apikey", "--key", "--user", "--password")),
            Map.entry(
                    "--concurrency",
                    Set.of("-c", "-j", "-P", "-t", "--threads", "--workers", "--parallel", "--parallelism", "--jobs")),
            Map.entry(
                    "--batch-size",
                    Set.of("-b", "-n", "--batch", "--size", "--chunk", "--chunk-size", "--max-items", "--bulk-size")),
            Map.entry("--linger-ms", Set.of("--wait", "--max-wait", "--delay", "--batch-wait")),
            Map.entry("--rate", Set.of("-r", "--rps", "--qps", "--rate-limit", "--throttle", "--max-rate")),
            Map.entry("--method", Set.of("-X", "--request", "--verb", "--http-method")),
            Map.entry("--csv-separator", Set.of("--separator", "--delimiter", "--sep", "--csv-delimiter")),
            Map.entry("--format", Set.of("--type", "--input-format")),
            Map.entry("--encoding", Set.of("--charset")),
            Map.entry("--config", Set.of("--conf", "--properties", "--settings", "--config-file")),
            Map.entry("--overwrite", Set.of("--force", "--replace", "-y")),
            Map.entry("--log-level debug", Set.of("-v", "--verbose", "--debug")),
            Map.entry("--summary none", Set.of("-q", "--quiet", "--silent")),
            Map.entry(
                    PROPERTY + "call.response-timeout=30s",
                    Set.of("--timeout", "--response-timeout", "--read-timeout", "--request-timeout", "--max-time")),
            Map.entry(PROPERTY + "call.connect-timeout=10s", Set.of("--connect-timeout")),
            Map.entry(
                    PROPERTY + "call.max-attempts=5",
                    Set.of("--retries", "--retry", "--max-retries", "--max-attempts", "--attempts")),
            Map.entry(PROPERTY + "call.proxy=http://HOST:PORT", Set.of("-x", "--proxy")),
            Map.entry(
                    PROPERTY + "auth.trust-store=FILE",
                    Set.of("-k", "--insecure", "--cacert", "--no-check-certificate", "--no-verify")),
            Map.entry(
                    "--set 'saddlebag.call.item={\"q\":${/text} }'",
                    Set.of("-d", "--data", "--body", "--json", "--template", "--payload")));

    private Misuse() {}

    /** Says what is wrong, and what may have been meant. */
    static int explain(ParameterException error, String[] arguments) {
        CommandLine command = error.getCommandLine();
        CommandLine parent = command.getParent();
        // a word in front of a command is wrong already
        command = parent != null && !parent.getUnmatchedArguments().isEmpty() ? parent : command;
        List<String> unmatched = command.getUnmatchedArguments();
        String name = command.getCommandSpec().qualifiedName();
        PrintWriter err = command.getErr();
        // an option that is missing may be there, misspelt
        if (unmatched.isEmpty()) {
            err.println(name + ": " + withoutValue(error));
        } else if (mayBeSecret(unmatched.get(0), arguments)) {
            err.println(
                    name + ": there is a word too many behind a header or a setting. Put it in quotes: 'Name: value'.");
        } else if (unmatched.get(0).startsWith("-")) {
            unknownOption(unmatched.get(0).split("=", 2)[0], command, err);
        } else {
            strayWord(unmatched.get(0), command, err);
        }
        err.println("See " + name + " --help.");
        err.flush();
        return ExitCode.USAGE;
    }

    /** Whether what nobody expected is the rest of a value without quotes. */
    private static boolean mayBeSecret(String unmatched, String[] arguments) {
        String option = "";
        for (String argument : arguments) {
            if (argument.equals(unmatched)) {
                return !unmatched.startsWith("-") && (option.startsWith("--header") || option.startsWith("--set"));
            }
            option = argument.startsWith("--") ? argument : option;
        }
        return false;
    }

    /** What is wrong with a value, or that something is missing; without the value of a setting. */
    private static String withoutValue(ParameterException error) {
        ArgSpec argument = error.getArgSpec();
        if (!(argument instanceof OptionSpec option)) {
            return Objects.requireNonNullElse(error.getMessage(), "");
        }
        if (option.typeInfo().isMap()) {
            return option.longestName()
                    + ": there is no = behind the name of a setting. Give it as NAME=VALUE, in quotes.";
        }
        String value = error.getValue();
        String rule = value == null ? null : rule(option);
        return rule == null
                ? Objects.requireNonNullElse(error.getMessage(), "")
                : option.longestName() + " " + value + ": give " + rule + ".";
    }

    /** What the value of an option must be; null: any text is one. */
    private static @Nullable String rule(OptionSpec option) {
        Class<?> type = option.typeInfo().getAuxiliaryTypes()[0];
        if (Set.of(int.class, long.class, Integer.class, Long.class).contains(type)) {
            return "a whole number";
        }
        if (type == double.class || type == Double.class) {
            return "a number, such as 0.05";
        }
        Iterable<String> candidates = option.completionCandidates();
        if (!type.isEnum() || candidates == null) {
            return null;
        }
        return Setting.either(
                StreamSupport.stream(candidates.spliterator(), false).toList());
    }

    private static void unknownOption(String option, CommandLine command, PrintWriter err) {
        CommandSpec spec = command.getCommandSpec();
        err.println(spec.qualifiedName() + ": Unknown option: '" + option + "'");
        String others = commandsWith(option, command);
        if (!others.isEmpty()) {
            err.println("It is an option of " + others + ".");
        }
        Optional<String> elsewhere = ELSEWHERE.entrySet().stream()
                .filter(one -> one.getValue().contains(option))
                .map(Map.Entry::getKey)
                .findFirst();
        boolean isFile =
                option.equals("--input") || elsewhere.filter("--input"::equals).isPresent();
        if (isFile && !spec.positionalParameters().isEmpty()) {
            err.println("Give the file without an option: " + spec.qualifiedName() + " FILE.");
            return;
        }
        Set<String> known = spec.optionsMap().keySet();
        elsewhere
                .filter(meant -> known.contains(meant.split(" ", 2)[0]))
                .or(() -> beginningWith(option, known))
                .or(() -> NearMiss.of(option, known))
                .ifPresent(meant -> err.println("Did you mean " + meant + "?"));
    }

    /** The shortest option that begins so; {@code -input} begins like {@code --input}. */
    private static Optional<String> beginningWith(String option, Set<String> known) {
        String begin = "--" + option.replaceFirst("^-+", "");
        return begin.length() < 4
                ? Optional.empty()
                : known.stream()
                        .filter(one -> one.startsWith(begin))
                        .min(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()));
    }

    /** The commands that have an option which this one has not. */
    private static String commandsWith(String option, CommandLine command) {
        CommandLine root = command.getParent() == null ? command : command.getParent();
        return root.getSubcommands().entrySet().stream()
                .filter(other -> other.getValue() != command)
                .filter(other ->
                        !other.getValue().getCommandSpec().usageMessage().hidden())
                .filter(other -> other.getValue().getCommandSpec().optionsMap().containsKey(option))
                .map(Map.Entry::getKey)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static void strayWord(String word, CommandLine command, PrintWriter err) {
        CommandSpec spec = command.getCommandSpec();
        String name = spec.qualifiedName();
        if (!command.getSubcommands().isEmpty()) {
            err.println(name + ": there is no command '" + word + "'.");
            String near = NearMiss.of(word, command.getSubcommands().keySet()).orElse("");
            err.println(
                    word.equals("help")
                            ? "For the options of a command: " + name + " COMMAND --help."
                            : near.isEmpty()
                                    ? "The commands are " + String.join(", ", commands(command)) + "."
                                    : "Did you mean " + name + " " + near + "?");
            return;
        }
        String option = word.endsWith(".properties") ? "--config" : "--input";
        err.println(name + ": '" + word + "' stands there without an option.");
        if (!spec.positionalParameters().isEmpty()) {
            err.println("One file is read at a time.");
        } else if (spec.optionsMap().containsKey(option)) {
            err.println(
                    option.equals("--config")
                            ? "Did you mean --config " + word + "?"
                            : "Give each file with an --input of its own, or a pattern in quotes: --input '*.jsonl'.");
        }
    }

    private static List<String> commands(CommandLine command) {
        return command.getSubcommands().entrySet().stream()
                .filter(one -> !one.getValue().getCommandSpec().usageMessage().hidden())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }
}
