package io.github.saddlebag.runtime;

/** What a command's exit status means. */
public final class ExitCode {

    public static final int OK = 0;
    public static final int UNUSABLE_ENDPOINT = 1;
    /** The input could not be read, or the output not written, to its end. */
    public static final int BROKEN_OFF = 1;

    public static final int USAGE = 2;
    public static final int SOME_FAILED = 3;
    /** Memory ended, or another Error came on any thread: what was under way is done again by the next start. */
    public static final int ERROR = 70;

    /** A signal ended the run before its end; what the JVM ends with is the signal's own. */
    public static final int STOPPED = 143;

    private ExitCode() {}

    /** Whether all items have their fate. */
    public static boolean isOfFinishedRun(int status) {
        return status == OK || status == SOME_FAILED;
    }
}
