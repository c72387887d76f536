package io.github.saddlebag.cli;

import io.github.saddlebag.progress.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * The help of a command at the terminal's width: {@code --help} has the options of every day, {@code --help-all} all of
 * them by what they are about. Lines end between words only, and examples that do not fit go on as a shell reads them.
 */
final class HelpText {

    static final String ALL = "--help-all";

    /** Where nothing is known of a terminal: the examples fit. */
    private static final int USUAL_WIDTH = 110;

    private static final int LEAST_WIDTH = 40;
    private static final int LONGEST_LABEL = 26;
    private static final String INDENT = "  ";

    private static final List<String> EVERYDAY = words("--input --output --url --mode --header --batch-size --rate"
            + " --concurrency --id --answer-result --format --set --config --help"
            + " --version --overwrite --where --dry-run --answer --try --yes --port"
            + " --by --since --limit --print --profile --merge-into --help-all");

    /** Commands with no more options than this show them all. */
    private static final int FEW = 14;

    private static final Map<String, List<String>> GROUPS = groups();

    private final CommandSpec spec;
    private final int width;

    HelpText(CommandSpec spec, int width) {
        this.spec = spec;
        this.width = Math.max(LEAST_WIDTH, width);
    }

    private static List<String> words(String text) {
        return List.of(text.split(" "));
    }

    private static Map<String, List<String>> groups() {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        groups.put(
                "Items",
                words("--input --input-max --format --encoding --csv-separator --first --id --items"
                        + " --traffic --port --host"));
        groups.put(
                "The endpoint",
                words("--url --mode --method --profile --header --header-file --allow-hosts" + " --max-redirects"));
        groups.put("Pace", words("--batch-size --linger-ms --concurrency --rate"));
        groups.put("Answers", words("--answer-id --answer-result --answer --cases --try --yes --write"));
        groups.put(
                "Results",
                words("--output --output-format --columns --csv-safe --only --merge"
                        + " --merge-overwrite --merge-into --as-completed --details --overwrite"
                        + " --dead-letters --summary --page --record --json"));
        groups.put("Dead letters", words("--where --since --limit --by --print --dry-run --new-keys"));
        groups.put("Configuration", words("--set --config --strict --keep-going --log-level --log-format"));
        return groups;
    }

    /** Has all commands of the line show their help so. */
    static void setUp(CommandLine line) {
        addAll(line);
        line.setHelpSectionKeys(List.of("all"));
        line.setHelpSectionMap(Map.of("all", HelpText::of));
    }

    private static void addAll(CommandLine line) {
        line.getCommandSpec()
                .versionProvider(new Saddlebag.Version())
                .addOption(OptionSpec.builder(ALL)
                        .usageHelp(true)
                        .arity("0")
                        .type(boolean.class)
                        .description("show all options, and exit")
                        .build());
        line.getSubcommands().values().forEach(HelpText::addAll);
    }

    private static String of(Help help) {
        int columns = Progress.isTerminal() ? Progress.toldColumns() : 0;
        return new HelpText(help.commandSpec(), width(System.getenv("COLUMNS"), columns)).text();
    }

    /**
     * How wide it may be.
     *
     * @param environment what the environment says of the terminal, or null
     * @param columns what the launcher says of it; 0: there is none
     */
    static int width(@Nullable String environment, int columns) {
        if (environment != null && environment.matches("[1-9]\\d{1,3}")) {
            return Integer.parseInt(environment);
        }
        return columns > 0 ? columns : USUAL_WIDTH;
    }

    String text() {
        StringBuilder out = new StringBuilder();
        wrapped(out, "Usage: " + spec.qualifiedName() + synopsis(), "       ");
        for (String line : spec.usageMessage().description()) {
            wrapped(out, line, "");
        }
        arguments(out);
        options(out);
        commands(out);
        footer(out);
        return out.toString();
    }

    private String synopsis() {
        StringBuilder text = new StringBuilder();
        spec.options().stream()
                .filter(OptionSpec::required)
                .forEach(option -> text.append(' ').append(label(option)));
        spec.positionalParameters().forEach(one -> text.append(' ').append(one.paramLabel()));
        return text + (spec.subcommands().isEmpty() ? " [OPTIONS]" : " [OPTIONS] COMMAND");
    }

    private void arguments(StringBuilder out) {
        List<PositionalParamSpec> all = spec.positionalParameters();
        if (!all.isEmpty()) {
            out.append('\n');
            all.forEach(one -> row(out, one.paramLabel(), one));
        }
    }

    private void options(StringBuilder out) {
        List<OptionSpec> shown =
                spec.options().stream().filter(option -> !option.hidden()).toList();
        ParseResult parsed = spec.commandLine().getParseResult();
        boolean all = shown.size() <= FEW || parsed != null && parsed.hasMatchedOption(ALL);
        List<OptionSpec> left = new ArrayList<>(shown.stream()
                .filter(option -> all || option.required() || EVERYDAY.contains(option.longestName()))
                .toList());
        int more = shown.size() - left.size();
        if (more == 0 && shown.size() > FEW) {
            GROUPS.forEach((title, names) -> {
                List<OptionSpec> group = names.stream()
                        .map(spec.optionsMap()::get)
                        .filter(left::contains)
                        .toList();
                left.removeAll(group);
                if (!group.isEmpty()) {
                    out.append('\n').append(title).append(":\n");
                    group.forEach(option -> row(out, label(option), option));
                }
            });
            out.append("\nMore:\n");
        } else {
            out.append("\nOptions:\n");
        }
        left.forEach(option -> row(out, label(option), option));
        if (more > 0) {
            wrapped(out, INDENT + more + " more options: " + spec.qualifiedName() + ' ' + ALL, INDENT);
        }
    }

    private static String label(OptionSpec option) {
        String names = String.join(", ", option.names());
        if (option.arity().max() == 0) {
            return names;
        }
        String value = option.arity().min() == 0 ? "[=" + option.paramLabel() + ']' : "=" + option.paramLabel();
        return names + value;
    }

    private void row(StringBuilder out, String label, ArgSpec option) {
        String text = Arrays.stream(option.description()).collect(Collectors.joining(" "));
        String first = INDENT + label;
        if (label.length() > LONGEST_LABEL || width < 2 * LONGEST_LABEL + 20) {
            wrapped(out, first, INDENT);
            wrapped(out, " ".repeat(6) + text, " ".repeat(6));
            return;
        }
        String column = " ".repeat(LONGEST_LABEL + 4);
        wrapped(out, first + column.substring(first.length()) + text, column);
    }

    private void commands(StringBuilder out) {
        if (spec.subcommands().isEmpty()) {
            return;
        }
        out.append("\nCommands:\n");
        spec.subcommands().forEach((name, command) -> {
            CommandSpec one = command.getCommandSpec();
            if (!one.usageMessage().hidden()) {
                String first = INDENT + name;
                String column = " ".repeat(16);
                String text = String.join(" ", one.usageMessage().description());
                wrapped(out, first + column.substring(first.length()) + text, column);
            }
        });
    }

    /** Paragraphs are filled anew; what is indented stays as it is, as far as it fits. */
    private void footer(StringBuilder out) {
        StringBuilder paragraph = new StringBuilder();
        for (String line : spec.usageMessage().footer()) {
            if (line.isBlank() || line.startsWith(INDENT)) {
                flush(paragraph, out);
                if (line.startsWith(INDENT)) {
                    command(out, line);
                } else {
                    out.append(line.stripTrailing()).append('\n');
                }
            } else {
                paragraph.append(paragraph.isEmpty() ? "" : " ").append(line);
                if (line.endsWith(":")) {
                    flush(paragraph, out);
                }
            }
        }
        flush(paragraph, out);
    }

    private void flush(StringBuilder paragraph, StringBuilder out) {
        if (!paragraph.isEmpty()) {
            wrapped(out, paragraph.toString(), "");
            paragraph.setLength(0);
        }
    }

    /** An example, to be copied: lines go on behind a backslash. */
    private void command(StringBuilder out, String line) {
        String rest = line.stripTrailing();
        while (rest.length() > width) {
            int space = rest.lastIndexOf(' ', width - 2);
            int begin = rest.length() - rest.stripLeading().length();
            if (space <= begin || isQuoted(rest, space)) {
                break;
            }
            out.append(rest, 0, space).append(" \\\n");
            rest = "      " + rest.substring(space + 1);
        }
        out.append(rest).append('\n');
    }

    private static boolean isQuoted(String text, int at) {
        return text.substring(0, at).chars().filter(c -> c == '\'').count() % 2 != 0;
    }

    /** Ends lines between words; a word that is longer than a line has one of its own. */
    private void wrapped(StringBuilder out, String text, String indent) {
        String rest = text.stripTrailing();
        while (rest.length() > width) {
            int begin = Math.max(
                    indent.length(), rest.length() - rest.stripLeading().length());
            int space = rest.lastIndexOf(' ', width);
            if (space <= begin) {
                space = rest.indexOf(' ', Math.max(width, begin));
            }
            if (space < 0) {
                break;
            }
            out.append(rest.substring(0, space).stripTrailing()).append('\n');
            rest = indent + rest.substring(space + 1).stripLeading();
        }
        out.append(rest).append('\n');
    }
}
