package io.github.saddlebag.cli;

/** What a command's exit status means. */
final class ExitCode {

    static final int OK = 0;
    static final int UNUSABLE_ENDPOINT = 1;
    /** The input could not be read, or the output not written, to its end. */
    static final int BROKEN_OFF = 1;

    static final int USAGE = 2;
    static final int SOME_FAILED = 3;
    /** Memory ended, or another Error came on any thread: what was under way is done again by the next start. */
    static final int ERROR = 70;

    /** A signal ended the run before its end; what the JVM ends with is the signal's own. */
    static final int STOPPED = 143;

    private ExitCode() {}

    /** Whether all items have their fate. */
    static boolean isOfFinishedRun(int status) {
        return status == OK || status == SOME_FAILED;
    }
}
