package io.github.saddlebag.testing;

import io.github.saddlebag.cli.Saddlebag;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The beginning of the command line of a JVM that runs a command. What such a JVM loads is archived once for each build
 * (class data sharing), which saves a third of the processor time of its start; an archive takes classes from jars alone.
 */
public final class Commands {

    private static final Path CLASSES = Path.of("target", "classes");
    private static final Path FOLDER = Path.of("target", "commands").toAbsolutePath();

    private static List<String> known = List.of();

    private Commands() {}

    /** The JVM's path, and its options but for the main class. */
    public static synchronized List<String> java(String... options) throws IOException {
        if (known.isEmpty()) {
            known = prepared();
        }
        List<String> command = new ArrayList<>(known);
        command.addAll(List.of(options));
        return command;
    }

    private static List<String> prepared() throws IOException {
        Files.createDirectories(FOLDER);
        // the tests run in several processes
        try (FileChannel channel =
                        FileChannel.open(FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            String name = Long.toHexString(newest())
                    + '-'
                    + Integer.toHexString(libraries().hashCode())
                    + '-'
                    + Runtime.version().feature();
            Path jar = FOLDER.resolve(name + ".jar");
            Path archive = FOLDER.resolve(name + ".jsa");
            if (!Files.exists(archive)) {
                pack(jar);
                archive(jar, archive);
            }
            return command(jar, "-XX:SharedArchiveFile=" + archive, "-Xlog:disable");
        }
    }

    private static List<String> command(Path jar, String... options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"));
        command.addAll(List.of("-cp", jar + File.pathSeparator + libraries()));
        return command;
    }

    /** The jars of the class path of the tests, in their order. */
    private static String libraries() {
        String surefire = System.getProperty("surefire.test.class.path");
        String path = surefire == null ? System.getProperty("java.class.path") : surefire;
        return String.join(
                File.pathSeparator,
                Arrays.stream(path.split(File.pathSeparator))
                        .filter(each -> each.endsWith(".jar"))
                        .toList());
    }

    private static long newest() throws IOException {
        try (Stream<Path> files = Files.walk(CLASSES)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().lastModified())
                    .max()
                    .orElseThrow();
        }
    }

    private static void pack(Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(out);
                Stream<Path> files = Files.walk(CLASSES)) {
            packed.setLevel(0);
            // with the folders: patterns look for them
            for (Path file : (Iterable<Path>) files.skip(1)::iterator) {
                boolean isFolder = Files.isDirectory(file);
                String name = CLASSES.relativize(file).toString().replace(File.separatorChar, '/');
                packed.putNextEntry(new JarEntry(isFolder ? name + '/' : name));
                if (!isFolder) {
                    Files.copy(file, packed);
                }
            }
        }
    }

    /** A run of a few items, whose classes are archived at its end; none where this JVM cannot. */
    private static void archive(Path jar, Path archive) throws IOException {
        Path folder = Files.createTempDirectory(FOLDER, "run");
        Path made = folder.resolve("made");
        try (TestApi api = TestApi.start(TestApi::echo)) {
            Path input = Files.write(folder.resolve("items.jsonl"), Items.items(50));
            List<String> command = command(jar, "-XX:ArchiveClassesAtExit=" + made, "-Dsaddlebag.exit=true");
            command.add(Saddlebag.class.getName());
            command.addAll(List.of("process", "--url", api.url(), "--batch-size", "10", "--input", input.toString()));
            command.addAll(List.of("--output", folder.resolve("results.jsonl").toString()));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
            if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0 || !Files.exists(made)) {
                process.destroyForcibly();
                throw new IllegalStateException("no archive: " + Files.readString(folder.resolve("log")));
            }
            Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
