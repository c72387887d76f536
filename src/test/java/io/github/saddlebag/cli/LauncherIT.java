package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.OperatingSystemMXBean;
import io.github.saddlebag.testing.TestApi;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, in a project of its own that has this project's jar: nothing here touches what others build. */
@Timeout(120)
class LauncherIT {

    private static final int SIGINT = 2;
    /** What a JDK does that is trained. */
    private static final String MAKES = "for each; do case $each in *AtExit=*) echo x >\"${each#*=}\" ;; esac; done";

    private static final Pattern MAX_HEAP = Pattern.compile("MaxHeapSize\\s*=\\s*(\\d+)");

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<Path> links = new ArrayList<>();
    private final List<Process> started = new ArrayList<>();
    private Path home;
    private Path elsewhere;
    private Path out;
    private Path err;

    @BeforeEach
    void makeProject() throws IOException {
        home = Files.createDirectory(folder.resolve("a project"));
        elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        out = folder.resolve("out.txt");
        err = folder.resolve("err.txt");
        Files.createDirectories(home.resolve("src/main"));
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("target"));
        Files.copy(Path.of("pom.xml"), home.resolve("pom.xml"));
        Files.copy(Path.of("bin/saddlebag"), home.resolve("bin/saddlebag"), StandardCopyOption.COPY_ATTRIBUTES);
        link("routes");
        link("target/saddlebag.jar");
        link("target/lib");
        built(Instant.now());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("SADDLEBAG_NO_ARCHIVE", "1");
        environment.put("JAVA_OPTS", "");
    }

    private void link(String name) throws IOException {
        links.add(Files.createSymbolicLink(home.resolve(name), Path.of(name).toAbsolutePath()));
    }

    private void built(Instant when) throws IOException {
        Path mark = Files.write(home.resolve("target/.built"), new byte[0]);
        Files.setLastModifiedTime(mark, FileTime.from(when.plusSeconds(1)));
    }

    @AfterEach
    void stop() throws IOException {
        started.forEach(Process::destroyForcibly);
        for (Path link : links) {
            Files.delete(link);
        }
    }

    private Process start(Path launcher, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(elsewhere.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().remove("SADDLEBAG_NO_ARCHIVE");
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private int run(String... arguments) throws Exception {
        return end(start(home.resolve("bin/saddlebag"), arguments));
    }

    private static int end(Process process) throws Exception {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        return process.exitValue();
    }

    @Test
    void shouldProcessAFileFromAnotherFolder() throws Exception {
        Files.write(elsewhere.resolve("items.jsonl"), items(25));
        try (TestApi api = TestApi.start(TestApi::echo)) {

            int status = run("process", "--input", "items.jsonl", "--output", "results.jsonl", "--url", api.url());

            assertThat(status).as(Files.readString(err)).isZero();
            assertThat(Files.readAllLines(elsewhere.resolve("results.jsonl"))).hasSize(25);
            assertThat(summary().path("items").intValue()).isEqualTo(25);
        }
    }

    private JsonNode summary() throws IOException {
        List<String> lines = Files.readAllLines(out);
        return TestApi.JSON.readTree(lines.get(lines.size() - 1));
    }

    @Test
    void shouldWorkThroughLinks() throws Exception {
        Path absolute = Files.createSymbolicLink(folder.resolve("absolute"), home.resolve("bin/saddlebag"));
        Path relative = Files.createSymbolicLink(elsewhere.resolve("relative"), Path.of("../absolute"));

        assertThat(end(start(absolute, "--version"))).isZero();
        assertThat(end(start(relative, "--version"))).isZero();
        Path bin = Files.createSymbolicLink(elsewhere.resolve("bin"), home.resolve("bin"));
        assertThat(end(start(bin.resolve("saddlebag"), "--version"))).isZero();
        assertThat(out).content().startsWith("saddlebag ");
    }

    @Test
    void shouldTellItsVersionAndTheJavaItRunsOn() throws Exception {
        assertThat(run("--version")).isZero();

        assertThat(out).content().contains("Java " + System.getProperty("java.version"), "Camel 4.");
        assertThat(err).isEmptyFile();
    }

    @Test
    void shouldEndWith2WhereTheCommandIsUnknown() throws Exception {
        assertThat(run("nonsense")).isEqualTo(2);

        assertThat(out).isEmptyFile();
        assertThat(err).content().contains("nonsense");
    }

    @Test
    void shouldHandJavaOptsToTheJvmAndLetThemWin() throws Exception {
        environment.put("JAVA_OPTS", "-XX:+PrintFlagsFinal");
        assertThat(run("--version")).isZero();
        long quarter =
                ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize() >> 22;
        assertThat(maxHeapMb())
                .as("a quarter of what this process may have")
                .isBetween(Math.min(1024, Math.max(256, quarter)) - 4, Math.min(1024, Math.max(256, quarter)) + 4);

        environment.put("JAVA_OPTS", "-XX:+PrintFlagsFinal -Xmx320m -XX:+UseSerialGC");
        assertThat(run("--version")).isZero();
        assertThat(maxHeapMb()).isEqualTo(320);
    }

    /** It warned of it, on standard output, where the results of a run may go. */
    @Test
    void shouldPrintNothingOfItsOwnWhereTheHeapIsSmaller() throws Exception {
        environment.put("JAVA_OPTS", "-Xmx128m");

        assertThat(run("process", "--mode", "single", "--help")).isZero();

        assertThat(out).content().contains("--input").doesNotContainIgnoringCase("warning");
        assertThat(err).isEmptyFile();
    }

    private long maxHeapMb() throws IOException {
        Matcher matcher = MAX_HEAP.matcher(Files.readString(out));
        assertThat(matcher.find()).isTrue();
        return Long.parseLong(matcher.group(1)) >> 20;
    }

    @Test
    void shouldSayThatThereIsNoJava() throws Exception {
        environment.put("JAVA_HOME", folder.resolve("no-jdk").toString());

        assertThat(run("--version")).isEqualTo(2);
        assertThat(err).content().contains("no Java found", "JAVA_HOME");
    }

    @Test
    void shouldBuildWhereASourceIsNewerAndOnlyThen() throws Exception {
        Path mvn = fakeMaven("exit 0");
        assertThat(run("--version")).isZero();
        assertThat(folder.resolve("mvn.txt")).doesNotExist();

        built(Instant.now().minusSeconds(60));
        Files.writeString(home.resolve("src/main/New.java"), "");
        assertThat(run("--version")).isZero();

        assertThat(folder.resolve("mvn.txt"))
                .content()
                .isEqualTo(home.toRealPath() + " -q -B -Dstyle.color=never -Pquick package\n");
        assertThat(err).content().contains("saddlebag: building");
        assertThat(out).content().startsWith("saddlebag ");

        Files.delete(folder.resolve("mvn.txt"));
        assertThat(run("--version")).isZero();
        assertThat(folder.resolve("mvn.txt")).doesNotExist();
        assertThat(mvn).exists();
    }

    @Test
    void shouldSayThatTheBuildFailedAndBuildAgainTheNextTime() throws Exception {
        fakeMaven("exit 1");
        Files.delete(home.resolve("target/.built"));

        assertThat(run("--version")).isEqualTo(2);
        assertThat(err).content().contains("the build failed");
        assertThat(home.resolve(".building")).doesNotExist();

        fakeMaven("exit 0");
        assertThat(run("--version")).isZero();
    }

    /** Puts a mvn in front of the path that notes where and how it was called. */
    private Path fakeMaven(String end) throws IOException {
        Path tools = Files.createDirectories(folder.resolve("tools"));
        Path mvn = Files.writeString(
                tools.resolve("mvn"),
                "#!/bin/sh\necho \"$PWD $*\" >>'" + folder.resolve("mvn.txt") + "'\n" + end + "\n");
        assertThat(mvn.toFile().setExecutable(true)).isTrue();
        environment.put("PATH", tools + File.pathSeparator + System.getenv("PATH"));
        return mvn;
    }

    /** The first run made one, and waited for it. */
    @Test
    void shouldWaitForNoTrainingAndStartWithoutOne() throws Exception {
        fakeJava("exec sleep 60");

        assertThat(run("--version")).isZero();

        assertThat(out).content().isEqualTo("--version\n");
        assertThat(folder.resolve("makers.txt")).doesNotExist();
        assertThat(words()).noneMatch(word -> word.startsWith("-XX:SharedArchiveFile"));
    }

    @Test
    void shouldTrainItsStartWhereItIsToldToAndUseItFromThenOn() throws Exception {
        fakeJava(MAKES);

        assertThat(run("warm-up")).as(Files.readString(err)).isZero();
        assertThat(run("--version")).isZero();

        Path trained = home.resolve("target/jvm/saddlebag-17.0.1");
        assertThat(trained).content().isEqualTo("x\n");
        assertThat(Files.getPosixFilePermissions(trained)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getPosixFilePermissions(trained.getParent()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(words()).contains("-XX:SharedArchiveFile=" + trained.toRealPath());
    }

    @Test
    void shouldKeepWhatWasTrainedBeforeWhereTheTrainingIsStopped() throws Exception {
        fakeJava(MAKES);
        assertThat(run("warm-up")).isZero();
        Files.delete(folder.resolve("makers.txt"));
        fakeJava("exec sleep 60");
        Process making = start(home.resolve("bin/saddlebag"), "warm-up");
        long maker = maker();

        making.destroy();

        assertThat(end(making)).isEqualTo(143);
        await().until(() -> ProcessHandle.of(maker).isEmpty());
        assertOnlyTrained("x\n");
    }

    @Test
    void shouldTakeOneOfTwoThatAreTrainedAtOnce() throws Exception {
        Path go = folder.resolve("go");
        fakeJava("until [ -e '" + go + "' ]; do sleep 0.1; done; " + MAKES);
        Process one = start(home.resolve("bin/saddlebag"), "warm-up");
        Process other = start(home.resolve("bin/saddlebag"), "warm-up");
        await().until(() -> Files.exists(folder.resolve("makers.txt"))
                && Files.readAllLines(folder.resolve("makers.txt")).size() == 2);

        Files.createFile(go);

        assertThat(end(one)).isZero();
        assertThat(end(other)).isZero();
        assertOnlyTrained("x\n");
    }

    @Test
    void shouldSayThatTheTrainingCameToNothing() throws Exception {
        fakeJava("exit 1");

        assertThat(run("warm-up")).isEqualTo(2);

        assertThat(err).content().contains("no faster start");
        assertThat(home.resolve("target/jvm")).isEmptyDirectory();
    }

    @Test
    void shouldNotLoadWhatOthersCanWrite() throws Exception {
        fakeJava(MAKES);
        assertThat(run("warm-up")).isZero();
        Path trained = home.resolve("target/jvm/saddlebag-17.0.1");

        Files.setPosixFilePermissions(trained, PosixFilePermissions.fromString("rw-rw----"));
        assertThat(run("--version")).isZero();
        assertThat(words()).noneMatch(word -> word.startsWith("-XX:SharedArchiveFile"));

        Files.setPosixFilePermissions(trained, PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(trained.getParent(), PosixFilePermissions.fromString("rwx----w-"));
        assertThat(run("--version")).isZero();
        assertThat(words()).noneMatch(word -> word.startsWith("-XX:SharedArchiveFile"));
    }

    @Test
    void shouldTrainIntoTheCacheOfTheUserWhereTheFolderCannotBeWritten() throws Exception {
        fakeJava(MAKES);
        // whoever is root can write any folder, but none where a file is
        Files.createFile(home.resolve("target/jvm"));
        environment.put("XDG_CACHE_HOME", folder.resolve("a cache").toString());

        assertThat(run("warm-up")).as(Files.readString(err)).isZero();
        assertThat(run("--version")).isZero();

        assertThat(words())
                .anyMatch(word -> word.startsWith("-XX:SharedArchiveFile=" + folder.resolve("a cache/saddlebag/")));
        assertThat(home.resolve("target/jvm")).isEmptyFile();
    }

    /** The one test that trains: with few items, as it takes its time. */
    @Test
    void shouldLoadWhatWasLearnedInTheModeOfTheRun() throws Exception {
        environment.remove("SADDLEBAG_NO_ARCHIVE");
        Files.write(elsewhere.resolve("items.jsonl"), items(25));
        Process training = start(home.resolve("bin/saddlebag"), "warm-up", "--items", "20");
        assertThat(training.waitFor(110, TimeUnit.SECONDS)).isTrue();
        assertThat(training.exitValue()).as(Files.readString(err)).isZero();
        assertThat(err).content().contains("single requests", "done");

        environment.put("JAVA_OPTS", "-Xlog:class+load:file=loaded.txt");
        try (TestApi api = TestApi.start(TestApi::echo)) {
            int status = run("process", "--input", "items.jsonl", "--output", "results.jsonl", "--url", api.url());

            assertThat(status).as(Files.readString(err)).isZero();
        }
        assertThat(out).content().as("nothing of the JVM").doesNotContain("[warning]");
        assertThat(Files.readAllLines(elsewhere.resolve("loaded.txt")))
                .anyMatch(line -> line.contains(Saddlebag.class.getName() + " source: shared objects file"));
        assertThat(summary().path("items").intValue()).isEqualTo(25);
    }

    @Test
    void shouldCompileByCommandModeAndSizeOfTheInput() throws Exception {
        fakeJava("exit 1");
        String small = sparse("small.jsonl", 1);
        String middle = sparse("middle.jsonl", 5);
        String large = sparse("large.jsonl", 501);

        assertThat(quick("process", "--input", small)).isTrue();
        assertThat(words()).doesNotContain("-XX:CICompilerCount=4");
        assertThat(quick("process", "--input=" + middle)).isTrue();
        assertThat(quick("process", "--input=" + middle, "--input", middle)).isTrue();
        assertThat(words()).contains("-XX:CICompilerCount=4");
        assertThat(quick("process", "--input", small, "--input", large)).isFalse();
        assertThat(quick("process", "--input", "-")).as("nobody knows its size").isFalse();
        assertThat(quick("process", "--input", small + ".gz")).isFalse();
        assertThat(quick("process", "--mode", "single", "--input", small)).isTrue();
        assertThat(quick("process", "--mode=single", "--input", middle)).isFalse();
        assertThat(quick("serve")).isTrue();
        assertThat(quick("run")).isFalse();
    }

    private String sparse(String name, long megabytes) throws IOException {
        Path file = elsewhere.resolve(name);
        try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
            made.setLength(megabytes << 20);
        }
        return file.toString();
    }

    private boolean quick(String... arguments) throws Exception {
        assertThat(run(arguments)).isZero();
        return words().contains("-XX:TieredStopAtLevel=1");
    }

    /** Where none is set, as under systemd, the JVM could name no file with an umlaut: an inbox left it for ever. */
    @Test
    void shouldReadNamesAsUtf8WhereNoLanguageIsSet() throws Exception {
        fakeJava("exit 1");
        Path java = folder.resolve("jdk/bin/java");
        Path set = folder.resolve("locale.txt");
        Files.writeString(java, Files.readString(java) + "echo \"${LC_ALL:-none}\" >'" + set + "'\n");
        environment.putAll(Map.of("LC_ALL", "", "LC_CTYPE", "", "LANG", ""));

        assertThat(run("run")).isZero();
        assertThat(set).hasContent("C.UTF-8");
        environment.put("LC_ALL", "POSIX");
        assertThat(run("run")).isZero();
        assertThat(set).hasContent("C.UTF-8");
        environment.put("LC_ALL", "de_DE.ISO-8859-1");
        assertThat(run("run")).isZero();
        assertThat(set).hasContent("de_DE.ISO-8859-1");
    }

    /** The memory of an inbox grew with its files, though nothing of them was kept. */
    @Test
    void shouldBeginWithASmallHeapWhereTheRunHasNoEnd() throws Exception {
        fakeJava(MAKES);
        assertThat(run("run")).isZero();
        assertThat(words()).contains("-Xms128m");
        assertThat(run("serve")).isZero();
        assertThat(words()).contains("-Xms128m");

        assertThat(run("process", "--input", "a.jsonl")).isZero();
        assertThat(words()).doesNotContain("-Xms128m");

        environment.put("JAVA_OPTS", "-Xmx320m");
        assertThat(run("run")).isZero();
        assertThat(words()).contains("-Xmx320m").doesNotContain("-Xms128m");
    }

    /** The parallel collector let the old generation grow to all that the heap may have. */
    @Test
    void shouldCollectByTheSerialCollectorWhereTheRunHasNoEnd() throws Exception {
        fakeJava(MAKES);
        assertThat(run("run")).isZero();
        assertThat(words()).contains("-XX:+UseSerialGC").doesNotContain("-XX:+UseParallelGC");
        assertThat(run("process", "--input", "a.jsonl")).isZero();
        assertThat(words()).contains("-XX:+UseParallelGC");

        environment.put("JAVA_OPTS", "-XX:+UseG1GC");
        assertThat(run("run")).isZero();
        assertThat(words()).contains("-XX:+UseG1GC").doesNotContain("-XX:+UseSerialGC");
    }

    @Test
    void shouldCompareTwoCheckouts() throws Exception {
        Process process =
                start(Path.of(".ci/compare").toAbsolutePath(), "-n", "50", "-r", "1", home.toString(), home.toString());

        assertThat(end(process)).as(Files.readString(err)).isZero();

        assertThat(out)
                .content()
                .containsPattern("\nfirst +\\d+ +[\\d.]+ +\\d+\nother ")
                .contains("\nmultiple ");
    }

    private void assertOnlyTrained(String content) throws IOException {
        Path trained = home.resolve("target/jvm/saddlebag-17.0.1");
        try (Stream<Path> files = Files.list(trained.getParent())) {
            assertThat(files).containsExactly(trained);
        }
        assertThat(trained).content().isEqualTo(content);
    }

    private List<String> words() throws IOException {
        return Files.readAllLines(folder.resolve("words.txt"));
    }

    /** The process that is trained, which has begun by now. */
    private long maker() {
        Path makers = folder.resolve("makers.txt");
        await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(makers) && Files.size(makers) > 1);
        return Long.parseLong(read(makers).lines().toList().get(0));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A JDK that is trained as it is told, and otherwise says what it was called with last. */
    private void fakeJava(String archive) throws IOException {
        Path jdk = Files.createDirectories(folder.resolve("jdk/bin")).getParent();
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
        Path java = Files.writeString(
                jdk.resolve("bin/java"),
                "#!/bin/sh\nfor last; do :; done\n"
                        + "if [ \"$last\" = all ]; then\necho $$ >>'" + folder.resolve("makers.txt") + "'\n"
                        + archive + "\nexit\nfi\nprintf '%s\\n' \"$@\" >'" + folder.resolve("words.txt")
                        + "'\necho \"$last\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        environment.put("JAVA_HOME", jdk.toString());
        environment.remove("SADDLEBAG_NO_ARCHIVE");
    }

    @Test
    void shouldEndWith143AndCompleteLinesWhereItIsToldToStop() throws Exception {
        try (TestApi api = TestApi.start(request -> TestApi.echo(request).after(20))) {
            Process process = slowRun(api);

            process.destroy();

            assertThat(end(process)).isEqualTo(143);
            assertStopped();
        }
    }

    @Test
    void shouldEndWith130WhereItIsInterrupted() throws Exception {
        assumeFalse(
                isIgnored(SIGINT), "what runs in the background of a script ignores Ctrl-C, and so do its children");
        try (TestApi api = TestApi.start(request -> TestApi.echo(request).after(20))) {
            Process process = slowRun(api);

            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();

            assertThat(end(process)).isEqualTo(130);
            assertStopped();
        }
    }

    private Process slowRun(TestApi api) throws IOException {
        Files.write(elsewhere.resolve("items.jsonl"), items(20_000));
        Process process = start(
                home.resolve("bin/saddlebag"),
                "process",
                "--input",
                "items.jsonl",
                "--output",
                "results.jsonl",
                "--url",
                api.url(),
                "--batch-size",
                "5",
                "--set",
                "saddlebag.batch.max-in-flight=100");
        await().atMost(Duration.ofSeconds(30)).until(() -> api.requests().size() > 100 || !process.isAlive());
        return process;
    }

    /** Whole lines of the first items, in their order, and nothing said of the others. */
    private void assertStopped() throws IOException {
        List<String> results = Files.readAllLines(elsewhere.resolve("results.jsonl"));
        assertThat(results).hasSizeBetween(1, 19_999);
        assertThat(Files.readString(elsewhere.resolve("results.jsonl"))).endsWith("}\n");
        for (int i = 0; i < results.size(); i++) {
            assertThat(results.get(i))
                    .startsWith("{\"id\":\"i" + (i + 1) + "\",\"result\":")
                    .endsWith("}");
        }
        assertThat(elsewhere.resolve("results.jsonl.failed.jsonl")).doesNotExist();
        assertThat(summary().path("items").intValue()).isEqualTo(results.size());
        assertThat(summary().path("errors").intValue()).isZero();
        assertThat(err).content().doesNotContain("Exception");
    }

    @Test
    void shouldRunUntilItIsToldToStop() throws Exception {
        Process process = start(home.resolve("bin/saddlebag"), "run", "--url", "http://127.0.0.1:1/");
        await().atMost(Duration.ofSeconds(30)).until(() -> Files.readString(err).contains("SIGTERM"));

        process.destroy();

        assertThat(end(process)).isEqualTo(143);
        assertThat(err).content().contains("stopping", "stopped.");
        assertThat(out).isEmptyFile();
    }

    @Test
    void shouldAnswerTheCallersWhoWaitWhereItIsToldToStop() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (TestApi api = TestApi.start(request -> {
            go.await();
            return TestApi.echo(request);
        })) {
            Process process = start(
                    home.resolve("bin/saddlebag"),
                    "serve",
                    "--port",
                    "0",
                    "--url",
                    api.url(),
                    "--batch-size",
                    "1",
                    "--concurrency",
                    "1",
                    "--set",
                    "saddlebag.batch.max-in-flight=1",
                    "--set",
                    "saddlebag.source.http.offer-timeout=40s");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> Files.readString(err).contains("SIGTERM"));
            CompletableFuture<HttpResponse<String>> underWay = post(item("a"));
            await().atMost(Duration.ofSeconds(60)).until(() -> !api.requests().isEmpty());
            List<CompletableFuture<HttpResponse<String>>> others =
                    Stream.of("b", "c", "d").map(id -> post(item(id))).toList();

            process.destroy();
            for (CompletableFuture<HttpResponse<String>> other : others) {
                assertThat(other.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(503);
            }
            go.countDown();

            assertThat(underWay.get(60, TimeUnit.SECONDS).body()).isEqualTo(echoOf("a"));
            assertThat(end(process)).isEqualTo(143);
            assertThat(err).content().contains("stopping", "stopped.").doesNotContain("Exception");
            assertThat(api.requests()).hasSize(1);
        }
    }

    private CompletableFuture<HttpResponse<String>> post(String item, String... headers) {
        try {
            Matcher matcher = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/").matcher(Files.readString(err));
            assertThat(matcher.find()).isTrue();
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(matcher.group()))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(item));
            if (headers.length > 0) {
                request.headers(headers);
            }
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .build()
                    .sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldLogLinesOfJsonWithTheBatchAndTheIdsOfItsCaller() throws Exception {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        String parent = "00-" + trace + "-00f067aa0ba902b7-01";
        try (TestApi api = TestApi.start(request ->
                TestApi.answer(200, "[" + echoOf("a").replace("}", ",\"id\":\"a\"}") + ",{\"id\":\"unknown\"}]"))) {
            start(
                    home.resolve("bin/saddlebag"),
                    "serve",
                    "--log-format",
                    "json",
                    "--port",
                    "0",
                    "--url",
                    api.url(),
                    "--set",
                    "saddlebag.source.http.access-log=true",
                    "--set",
                    "saddlebag.call.pass-on=X-Request-Id, traceparent");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> Files.readString(err).contains("SIGTERM"));

            HttpResponse<String> response = post(item("a"), "X-Request-Id", "order-17", "traceparent", parent)
                    .get(60, TimeUnit.SECONDS);

            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(api.requests().get(0).headers().get("x-request-id")).isEqualTo("order-17");
            assertThat(api.requests().get(0).headers().get("traceparent")).isEqualTo(parent);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> Files.readString(err).contains("POST / 200"));
        }
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(err)) {
            lines.add(TestApi.JSON.readTree(line));
        }
        assertThat(lines).allSatisfy(line -> {
            assertThat(Instant.parse(line.path("time").textValue())).isBefore(Instant.now());
            assertThat(line.path("pipeline").textValue()).isEqualTo("saddlebag");
            assertThat(line.path("message").textValue()).isNotEmpty();
        });
        JsonNode ofBatch = lines.stream()
                .filter(line -> line.path("message").textValue().contains("unknown"))
                .findFirst()
                .orElseThrow();
        assertThat(ofBatch.path("level").textValue()).isEqualTo("WARN");
        assertThat(ofBatch.path("batch").textValue()).isNotEmpty();
        assertThat(ofBatch.path("trace_id").textValue()).isEqualTo(trace);
        assertThat(ofBatch.path("request_id").textValue()).isEqualTo("order-17");
        JsonNode access = lines.get(lines.size() - 1);
        assertThat(access.path("logger").textValue()).isEqualTo("io.github.saddlebag.access");
        assertThat(access.path("message").textValue()).startsWith("127.0.0.1 POST / 200 ");
        assertThat(access.path("trace_id").textValue()).isEqualTo(trace);
    }

    private static boolean isIgnored(int signal) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).trim(), 16) & 1L << (signal - 1)) != 0);
    }
}
