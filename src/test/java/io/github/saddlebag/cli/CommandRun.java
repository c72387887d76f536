package io.github.saddlebag.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.testing.TestApi;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A command in this JVM, and what it prints. One at a time: the streams are the JVM's. */
final class CommandRun implements AutoCloseable {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private final Thread thread;

    private CommandRun(InputStream in, String... args) {
        thread = new Thread(() -> execute(in, args), "command");
        thread.start();
    }

    /** Runs a command to its end. */
    static CommandRun of(String... args) throws Exception {
        return withInput("", args);
    }

    /** Runs a command that reads this from stdin to its end. */
    static CommandRun withInput(String in, String... args) throws Exception {
        return withInput(in.getBytes(StandardCharsets.UTF_8), args);
    }

    static CommandRun withInput(byte[] in, String... args) throws Exception {
        return withInput(new ByteArrayInputStream(in), args);
    }

    static CommandRun withInput(InputStream in, String... args) throws Exception {
        CommandRun run = new CommandRun(in, args);
        run.status();
        return run;
    }

    /** Starts a command that goes on until it is closed. */
    static CommandRun start(String... args) {
        return new CommandRun(InputStream.nullInputStream(), args);
    }

    private void execute(InputStream in, String... args) {
        InputStream ownIn = System.in;
        PrintStream ownOut = System.out;
        PrintStream ownErr = System.err;
        System.setIn(in);
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        int code = -1;
        try {
            code = Saddlebag.execute(args);
        } finally {
            System.setIn(ownIn);
            System.setOut(ownOut);
            System.setErr(ownErr);
            status.complete(code);
        }
    }

    /** The exit status; waits for it. */
    int status() throws Exception {
        return status.get(60, TimeUnit.SECONDS);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    List<String> outLines() {
        return out().lines().toList();
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** The last line on stdout. */
    JsonNode summary() throws IOException {
        List<String> lines = outLines();
        return TestApi.JSON.readTree(lines.get(lines.size() - 1));
    }

    @Override
    public void close() throws Exception {
        thread.interrupt();
        thread.join(30_000);
    }
}
