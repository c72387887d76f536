package io.github.saddlebag.cli;

import io.github.saddlebag.testing.Commands;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command in a JVM of its own, which can be killed. */
final class ChildRun implements AutoCloseable {

    private final Process process;
    private final Path out;
    private final Path err;

    private ChildRun(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    static ChildRun start(Path folder, List<String> arguments) throws IOException {
        return start(folder, "", arguments);
    }

    /** @param classes a folder whose classes come before all others */
    static ChildRun start(Path folder, Path classes, List<String> arguments) throws IOException {
        return start(folder, "", classes + File.pathSeparator, arguments);
    }

    /** @param before shell commands that come first, such as a limit */
    static ChildRun start(Path folder, String before, List<String> arguments) throws IOException {
        return start(folder, before, "", arguments);
    }

    private static ChildRun start(Path folder, String before, String classes, List<String> arguments)
            throws IOException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", before + "exec \"$@\"", "child"));
        command.addAll(
                Commands.java("-Xmx256m", "-Dsaddlebag.home=" + Path.of("").toAbsolutePath()));
        int path = command.indexOf("-cp") + 1;
        command.set(path, classes + command.get(path));
        command.add(Saddlebag.class.getName());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new ChildRun(process, out, err);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Any signal, by its name without SIG. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** Waits for its end. */
    int status() throws InterruptedException {
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            throw new IllegalStateException("It does not end. " + said());
        }
        return process.exitValue();
    }

    String said() {
        try {
            return Files.readString(err);
        } catch (IOException e) {
            return e.toString();
        }
    }

    String printed() throws IOException {
        return Files.readString(out);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
