package io.github.saddlebag.runtime;

import java.io.Writer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a command says to people, line by line as a log has it; what is JSON already stays as it is. */
final class LoggedLines extends Writer {

    private static final Logger LOG = LoggerFactory.getLogger("io.github.saddlebag.cli");

    private final StringBuilder line = new StringBuilder();

    @Override
    public void write(char[] text, int from, int length) {
        synchronized (lock) {
            for (int i = from; i < from + length; i++) {
                if (text[i] == '\n') {
                    end();
                } else {
                    line.append(text[i]);
                }
            }
        }
    }

    private void end() {
        String said = line.toString();
        line.setLength(0);
        if (said.startsWith("{")) {
            System.err.println(said);
        } else if (!said.isBlank()) {
            LOG.info("{}", said.stripTrailing());
        }
    }

    @Override
    public void flush() {
        // lines are written when they end
    }

    @Override
    public void close() {
        synchronized (lock) {
            end();
        }
    }
}
