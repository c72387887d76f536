package io.github.saddlebag.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;

/** Puts a file that was written anew in the place of the one that it replaces, whose rights it keeps. */
public final class Replaced {

    private Replaced() {}

    /**
     * Moves it there at once: others see the one file or the other.
     *
     * @param file what is replaced, if it is there; not a link
     * @throws IOException it cannot be moved there, and both are as they were
     */
    public static void by(Path next, Path file) throws IOException {
        PosixFileAttributeView rights = Files.getFileAttributeView(next, PosixFileAttributeView.class);
        if (rights != null && Files.exists(file)) {
            PosixFileAttributes before = Files.readAttributes(file, PosixFileAttributes.class);
            setOwner(rights, before);
            rights.setPermissions(before.permissions());
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void setOwner(PosixFileAttributeView rights, PosixFileAttributes before) {
        try {
            rights.setGroup(before.group());
            rights.setOwner(before.owner());
        } catch (IOException e) {
            // only root may make it somebody else's
        }
    }
}
