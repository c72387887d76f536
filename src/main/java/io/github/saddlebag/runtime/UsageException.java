package io.github.saddlebag.runtime;

/** The command or the configuration is wrong; the message is for the user. */
public final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String text;

    public UsageException(String message) {
        super(message, null, false, false);
        this.text = message;
    }

    String text() {
        return text;
    }
}
