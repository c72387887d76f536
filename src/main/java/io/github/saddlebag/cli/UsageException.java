package io.github.saddlebag.cli;

/** The command or the configuration is wrong; the message is for the user. */
public final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String text;

    UsageException(String message) {
        super(message, null, false, false);
        this.text = message;
    }

    String text() {
        return text;
    }
}
