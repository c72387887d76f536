package io.github.saddlebag.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A file system of its own with little room, where the machine allows it. */
public final class SmallDisk implements AutoCloseable {

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** @param kilobytes how much is free on it */
    public static SmallDisk of(Path folder, int kilobytes) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=" + (kilobytes + 1024) + "k", "tmpfs", folder);
        assumeTrue(mounted, "no file system may be mounted here");
        SmallDisk disk = new SmallDisk(folder);
        Files.write(disk.filler(), new byte[1024 * 1024]);
        return disk;
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    public Path file(String name) {
        return folder.resolve(name);
    }

    /** Makes a megabyte of room. */
    public void makeRoom() throws IOException {
        Files.delete(filler());
    }

    private static boolean run(Object... command) throws InterruptedException {
        List<String> words = new ArrayList<>();
        for (Object word : command) {
            words.add(word.toString());
        }
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws InterruptedException {
        run("umount", "-l", folder);
    }
}
