package io.github.saddlebag.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PathLockTest {

    @TempDir
    private Path folder;

    @Test
    void shouldKeepOthersOutUntilItIsClosed() throws Exception {
        Path file = folder.resolve("a.jsonl");
        try (PathLock lock = PathLock.of(file)) {
            assertThatThrownBy(() -> PathLock.of(file))
                    .isInstanceOf(LockedException.class)
                    .hasMessageContaining(file + " is in use by this process, "
                            + ProcessHandle.current().pid());
        }
        PathLock.of(file).close();
        assertThat(file).as("to lock a file doesn't make it").doesNotExist();
    }

    @Test
    void shouldMeanTheFileBehindALink() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), data);
        Path byName = Files.createSymbolicLink(folder.resolve("name"), Path.of("data/a"));
        try (PathLock lock = PathLock.of(data.resolve("a"))) {
            assertThatThrownBy(() -> PathLock.of(link.resolve("a"))).isInstanceOf(LockedException.class);
            assertThatThrownBy(() -> PathLock.of(byName)).isInstanceOf(LockedException.class);
        }
    }

    @Test
    void shouldTakeALockWhoseFileWasLeftBehind() throws Exception {
        Path left = Files.writeString(folder.resolve(".a.lock"), "process 1 on another since 2020-01-01T00:00:00Z\n");

        try (PathLock lock = PathLock.of(folder.resolve("a"))) {
            assertThat(left)
                    .content()
                    .startsWith("process " + ProcessHandle.current().pid() + " on ");
        }
        assertThat(left).exists();
    }

    @Test
    void shouldLeaveDevicesToEverybody() throws Exception {
        try (PathLock lock = PathLock.of(Path.of("/dev/null"));
                PathLock other = PathLock.of(Path.of("/dev/null"))) {
            assertThat(lock).isNotSameAs(other);
        }
    }

    @Test
    void shouldTakeAFolderAsAWhole() throws Exception {
        Path outbox = folder.resolve("outbox");
        try (PathLock lock = PathLock.ofFolder(folder, outbox)) {
            assertThatThrownBy(() -> PathLock.ofFolder(folder, outbox)).isInstanceOf(LockedException.class);
        }
        assertThat(folder.resolve(".saddlebag.lock")).exists();
        assertThat(outbox).doesNotExist();
    }

    /** Nobody may write in this one. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldTakeAFolderThatCannotBeWrittenByALockElsewhere() throws Exception {
        Path outbox = folder.resolve("outbox");
        try (PathLock lock = PathLock.ofFolder(Path.of("/proc/sys"), outbox)) {
            assertThatThrownBy(() -> PathLock.ofFolder(Path.of("/proc/sys"), outbox))
                    .isInstanceOf(LockedException.class)
                    .hasMessageContaining("/proc/sys is in use by ");
        }
        assertThat(outbox.resolve(".saddlebag.lock")).exists();
    }

    /** A lock was named that nobody knows, and that was not there. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldNameTheFileThatItCannotTake() {
        Path file = Path.of("/proc/sys/a.jsonl");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> PathLock.of(file))
                    .isInstanceOf(UnwritableException.class)
                    .hasMessageStartingWith(file + " cannot be written: ");
        }
    }
}
