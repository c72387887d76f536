package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Commands as they are copied from a page, in a folder of their own: ours run in this JVM, others in a shell. */
final class CopiedCommands implements AutoCloseable {

    private static final String OURS = "bin/saddlebag ";
    private static final String MOCK = OURS + "mock ";
    private static final String BEHIND = " &";
    private static final String MOCK_OF_THE_PAGES = "127.0.0.1:8089";
    private static final Pattern REDIRECTED = Pattern.compile("(.*) > (\\S+)", Pattern.DOTALL);
    private static final Pattern LISTENING = Pattern.compile("listening at http://([^/]+)/");
    private static final Pattern FILE = Pattern.compile("(?:[\\w*-]+/)?[\\w*.-]+\\.(?:jsonl|csv|tsv|gz|properties)");

    private final Path folder;
    /** What stands in the page, and what stands for it here. */
    private final Map<String, String> others = new LinkedHashMap<>();

    private @Nullable CommandRun mock;
    private String told = "";

    CopiedCommands(Path folder) {
        this.folder = folder;
    }

    /** Has something else stand here for what stands in the page, such as an address. */
    void replace(String ofThePage, String here) {
        others.put(ofThePage, here);
    }

    /** Starts the API that the pages call, at a free port. */
    void startMock(String... flags) {
        List<String> words = new ArrayList<>(List.of("mock"));
        words.addAll(List.of(flags));
        words.addAll(List.of("--port", "0"));
        CommandRun run = CommandRun.start(words.toArray(String[]::new));
        mock = run;
        await().atMost(Duration.ofSeconds(60))
                .until(() -> LISTENING.matcher(run.out()).find());
        Matcher where = LISTENING.matcher(run.out());
        assertThat(where.find()).isTrue();
        replace(MOCK_OF_THE_PAGES, where.group(1));
    }

    /** A text of the page, with what stands for its addresses here. */
    String here(String text) {
        String changed = text;
        for (Map.Entry<String, String> other : others.entrySet()) {
            changed = changed.replace(other.getKey(), other.getValue());
        }
        return changed;
    }

    /** The commands of a block of code, one after the other; what others than ours print. */
    String run(String script) throws Exception {
        StringBuilder printed = new StringBuilder();
        for (String command : commands(script)) {
            if (command.startsWith(MOCK) && command.endsWith(BEHIND)) {
                startMock(flags(here(command)));
            } else if (command.startsWith(OURS)) {
                ours(here(command));
            } else {
                printed.append(shell(here(command)));
            }
        }
        return printed.toString();
    }

    static List<String> commands(String script) {
        return List.of(script.replace("\\\n", " ").split("\n"));
    }

    private static String[] flags(String mock) {
        String flags = mock.substring(MOCK.length(), mock.length() - BEHIND.length());
        return Stream.of(flags.replaceAll("--port \\d+", "").split(" +"))
                .filter(flag -> !flag.isEmpty())
                .toArray(String[]::new);
    }

    private String shell(String command) throws Exception {
        Process process = new ProcessBuilder("bash", "-c", command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command + ": " + printed).isZero();
        return printed;
    }

    /** The words of one of our commands, with its files in the folder. */
    String[] words(String command) throws Exception {
        List<String> words = Arrays.asList(
                shell("printf '%s\\0' " + command.substring(OURS.length())).split("\0"));
        words.replaceAll(word -> FILE.matcher(word).matches() ? folder + "/" + word : word);
        return words.toArray(String[]::new);
    }

    private void ours(String command) throws Exception {
        Matcher redirected = REDIRECTED.matcher(command);
        boolean toFile = redirected.matches();
        CommandRun run = CommandRun.of(words(toFile ? redirected.group(1) : command));
        assertThat(run.status()).as(command + ": " + run.err()).isIn(0, 3);
        told = run.out() + run.err();
        if (toFile) {
            Files.writeString(folder.resolve(redirected.group(2)), run.out());
        }
    }

    /** What the last one of ours printed. */
    String told() {
        return told;
    }

    @Override
    public void close() throws Exception {
        CommandRun started = mock;
        if (started != null) {
            started.close();
        }
    }
}
