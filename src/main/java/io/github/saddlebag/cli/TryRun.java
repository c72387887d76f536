package io.github.saddlebag.cli;

import io.github.saddlebag.check.DryRun;
import io.github.saddlebag.check.Proposals;
import io.github.saddlebag.check.Trial;
import io.github.saddlebag.progress.Progress;
import io.github.saddlebag.runtime.Configuration;
import io.github.saddlebag.runtime.Masked;
import io.github.saddlebag.runtime.Secrets;
import io.github.saddlebag.runtime.UsageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A few real items, sent once each as the first of a run would be. Nothing is kept but what was asked for. */
final class TryRun {

    /** So many items may be tried. */
    static final int MOST = 10;

    private static final int LONGEST_SHOWN = 4096;

    private final Configuration configuration;
    private final Map<String, String> properties;
    private final String mode;
    private final String method;

    /** @param properties what wins over the properties file */
    TryRun(Configuration configuration, Map<String, String> properties) throws UsageException {
        this.configuration = configuration;
        this.properties = properties;
        this.mode = configuration.valueOr("saddlebag.call.mode", "batch").trim();
        this.method = methodOf(configuration, mode);
        if (mode.equals("job")) {
            throw new UsageException(
                    "--try is not for the mode job: a submitted job continues, and nobody would poll its answers.");
        }
    }

    private static String methodOf(Configuration configuration, String mode) {
        if (!mode.equals("single")) {
            return configuration.valueOr("saddlebag.call.format", "").trim().equals("query") ? "GET" : "POST";
        }
        String method = configuration.valueOr("saddlebag.single.method", "").trim();
        boolean marks = configuration.valueOr("saddlebag.call.url", "").contains("${");
        return method.isEmpty() || method.equals("auto") ? marks ? "GET" : "POST" : method;
    }

    /** Whether all that is sent may be sent without being asked: it changes nothing (RFC 9110 9.2.1). */
    private boolean isSafe() {
        boolean ownRequests = mode.equals("single")
                && !configuration.valueOr("saddlebag.call.url", "").contains("${")
                && !configuration.valueOr("saddlebag.single.items", "").equals("data");
        return Set.of("GET", "HEAD").contains(method) && !ownRequests;
    }

    /** Refuses to send what changes something where nobody may have read what is going to be sent. */
    void agree(boolean yes) throws UsageException {
        if (!yes && !isSafe() && !Progress.isTerminal()) {
            throw new UsageException("--try: nobody sees here what is sent, and " + method
                    + " may change something at the endpoint; --yes says that it may be sent.");
        }
    }

    /** What is going to be sent, in one sentence without its end. */
    String announcement(int items) {
        String url = Masked.url(configuration.valueOr("saddlebag.call.url", ""));
        String most = configuration.valueOr("saddlebag.batch.max-items", "100");
        int each = mode.equals("single") ? 1 : most.matches("\\d{1,9}") ? Math.max(1, Integer.parseInt(most)) : 100;
        int requests = (items + each - 1) / each;
        return "sends " + requests + " real request" + (requests == 1 ? "" : "s") + " (" + method + ' ' + url
                + ") with the first " + (items == 1 ? "item" : items + " items") + " at most, each once";
    }

    /** Sends them, and shows what went out, what came, and what became of each item. */
    DryRun run(@Nullable Path config, Object input, int items, PrintWriter out, Secrets secrets)
            throws UsageException, IOException {
        Trial trial = new Trial();
        DryRun run = DryRun.real(config, properties, input, items, trial);
        for (Trial.Call call : trial.calls()) {
            call.request().print(out, secrets);
            String answer = new String(call.answer(), StandardCharsets.UTF_8);
            out.println(
                    call.error().isEmpty() ? "The answer, " + call.status() + ":" : "No answer: " + call.error() + '.');
            if (!answer.isBlank()) {
                String cut = answer.length() <= LONGEST_SHOWN ? answer : answer.substring(0, LONGEST_SHOWN) + "...";
                out.println(secrets.hide(cut));
            }
            out.println();
        }
        run.results().forEach(line -> out.println(secrets.hide(line)));
        out.flush();
        return run;
    }

    /** The properties that what came of the items points to, with their values. */
    Map<String, String> proposals(List<String> results) throws IOException {
        return read().of(results);
    }

    /** What else helps against what came of the items. */
    List<String> cures(List<String> results) throws IOException {
        return read().cures(results);
    }

    private Proposals read() {
        return new Proposals(
                mode,
                configuration.valueOr("saddlebag.answer.result", ""),
                configuration.valueOr("saddlebag.answer.id", "/id"));
    }

    /**
     * Writes what the command line says and what is proposed, as a file of properties; no headers and nothing that is, or
     * may be, a secret.
     */
    void write(Path file, Map<String, String> proposals) throws IOException {
        Map<String, String> all = new TreeMap<>();
        properties.forEach((name, value) -> {
            boolean isSent = name.startsWith("saddlebag.call.header.") || name.startsWith("saddlebag.call.query.");
            boolean isKeyed =
                    name.equals("saddlebag.call.url") && !Masked.url(value).equals(value);
            if (!isSent && !isKeyed && !Masked.isSecretProperty(name)) {
                all.put(name, value);
            }
        });
        all.putAll(proposals);
        all.remove(Configuration.PIPELINE);
        StringBuilder text = new StringBuilder();
        all.forEach((name, value) -> text.append(configuration.ofPipeline(name))
                .append('=')
                .append(value.replace("\\", "\\\\"))
                .append('\n'));
        Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
}
