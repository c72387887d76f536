package io.github.saddlebag.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class RecordFileTest {

    @TempDir
    private Path folder;

    private final List<String> told = new CopyOnWriteArrayList<>();

    private RecordFile started(OutputStream out, long most) {
        RecordFile file = new RecordFile(out, most, () -> {}, told::add);
        file.start();
        return file;
    }

    @Test
    void shouldWriteEachLineAndHowItEnded() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        try (RecordFile file = started(out, 1000)) {
            file.add("a");
            file.add("b");
        }

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("a\nb\n{\"end\":\"stop\"}\n");
        assertThat(told).isEmpty();
    }

    @Test
    void shouldEndAtItsBoundAndTellItOnce() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        try (RecordFile file = started(out, 1000)) {
            for (int i = 0; i < 1_000; i++) {
                file.add("0123456789");
            }
        }

        assertThat(out.size()).isBetween(980, 1000);
        assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("\n0123456789\n{\"end\":\"full\"}\n");
        assertThat(told).hasSize(1);
        assertThat(told.get(0)).contains("of at most 1000");
    }

    @Test
    void shouldEndWhereTheDiskIsFullAndTellItOnce() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("No space left on device");
            }
        };

        try (RecordFile file = started(full, 1000)) {
            file.add("a");
            file.add("b");
        }

        assertThat(told).containsExactly("No space left on device");
    }

    @Test
    void shouldHoldUpNobodyWhereTheDiskStandsStill() {
        CountDownLatch goesOn = new CountDownLatch(1);
        OutputStream slow = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                try {
                    goesOn.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        };
        String line = "x".repeat(99_999);

        try (RecordFile file = started(slow, 100_000_000)) {
            for (int i = 0; i < 200; i++) {
                file.add(line);
            }
            goesOn.countDown();
        }

        assertThat(told).containsExactly("the disk is slower than what is to be recorded");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldBeForTheEyesOfItsOwnerAloneAlsoWhereItReplacesAnother() throws IOException {
        Path file = Files.writeString(folder.resolve("a.rec"), "before");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        RecordFile.create(file).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(file).isEmptyFile();
    }
}
