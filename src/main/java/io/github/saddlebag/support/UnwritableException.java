package io.github.saddlebag.support;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file cannot be written now: the disk is full, or it is forbidden. Nothing of what was to be written is lost, and it can
 * be tried again.
 */
public final class UnwritableException extends IOException {

    private static final long serialVersionUID = 1L;

    /** @param why as the system says it */
    public UnwritableException(Path file, IOException why) {
        super(file + " cannot be written: " + words(why));
    }

    /** What the system says, without the name of the file. */
    public static String words(IOException why) {
        if (why instanceof AccessDeniedException denied && denied.getReason() == null) {
            return "Permission denied";
        }
        if (why instanceof NoSuchFileException gone && gone.getReason() == null) {
            return "No such file or directory";
        }
        if (why instanceof FileAlreadyExistsException there && there.getReason() == null) {
            return "a file is in its place: " + there.getFile();
        }
        if (why instanceof DirectoryNotEmptyException) {
            return "a folder is in its place";
        }
        if (why instanceof FileSystemException system) {
            return system.getReason() != null
                    ? system.getReason()
                    : why.getClass().getSimpleName();
        }
        String message = why.getMessage();
        if (message == null || message.isBlank()) {
            return why.getClass().getSimpleName();
        }
        // as in "/a/b (Permission denied)"
        int reason = message.lastIndexOf('(');
        return message.endsWith(")") && message.startsWith("/") && reason > 0
                ? message.substring(reason + 1, message.length() - 1)
                : message;
    }
}
