package io.github.saddlebag.source;

/** Told about each input that is opened. */
public interface RunListener {

    void opened(RunProgress run);
}
