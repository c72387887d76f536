package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The distribution: unpacked where nobody may write, and started by who does not own it. */
@Timeout(120)
class DistributionIT {

    /** Who may do anything may write to read-only folders too. */
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private Path folder;
    private Path home;
    private Path work;

    @BeforeEach
    void unpack() throws Exception {
        folder = Files.createTempDirectory("saddlebag-distribution");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        work = Files.createDirectory(folder.resolve("work"));
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (Stream<Path> built = Files.list(Path.of("target"))) {
            Path archive = built.filter(file -> file.getFileName().toString().matches("saddlebag-.*\\.tar\\.gz"))
                    .findFirst()
                    .orElseThrow();
            assertThat(run(folder, "tar", "xzf", archive.toAbsolutePath().toString()))
                    .isZero();
            home = folder.resolve(archive.getFileName().toString().replace(".tar.gz", ""));
        }
        assertThat(run(folder, "chmod", "-R", "a-w", home.toString())).isZero();
    }

    @AfterEach
    void remove() throws Exception {
        run(folder, "chmod", "-R", "u+w", home.toString());
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, IOException e) throws IOException {
                Files.delete(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private int run(Path directory, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(folder.resolve("out.txt").toFile())
                .redirectError(folder.resolve("err.txt").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("JAVA_OPTS");
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        return process.exitValue();
    }

    private int saddlebag(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        if (ROOT) {
            command.addAll(List.of("runuser", "-u", "nobody", "--"));
        }
        command.add(home.resolve("bin/saddlebag").toString());
        command.addAll(List.of(arguments));
        return run(work, command.toArray(String[]::new));
    }

    @Test
    void shouldProcessAFileWithoutMavenFromAReadOnlyFolder() throws Exception {
        Files.write(work.resolve("items.jsonl"), items(250));
        try (TestApi api = TestApi.start(TestApi::echo)) {

            int status =
                    saddlebag("process", "--input", "items.jsonl", "--output", "results.jsonl", "--url", api.url());

            assertThat(status).as(Files.readString(folder.resolve("err.txt"))).isZero();
            assertThat(api.requests()).hasSize(3);
            assertThat(Files.readAllLines(work.resolve("results.jsonl"))).hasSize(250);
        }
        assertThat(folder.resolve("err.txt")).content().doesNotContain("building", "Maven", "enied");
        assertThat(home.resolve("jvm")).doesNotExist();
    }

    @Test
    void shouldHaveWhatTheDocumentationRefersToAndNothingToBuild() throws Exception {
        assertThat(saddlebag("--version")).isZero();

        assertThat(folder.resolve("out.txt")).content().startsWith("saddlebag ");
        assertThat(home.resolve("pom.xml")).doesNotExist();
        assertThat(home.resolve("application.properties")).hasSameTextualContentAs(Path.of("application.properties"));
        try (Stream<Path> routes = Files.list(Path.of("routes"));
                Stream<Path> pages = Files.list(Path.of("docs"))) {
            assertThat(Stream.concat(routes, pages))
                    .allSatisfy(
                            file -> assertThat(home.resolve(file.toString())).hasSameTextualContentAs(file));
        }
        assertThat(home.resolve("src/main/resources/saddlebag/demo/addresses.jsonl"))
                .exists();
    }
}
