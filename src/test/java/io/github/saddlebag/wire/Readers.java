package io.github.saddlebag.wire;

import io.github.saddlebag.TestSettings;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.format.AnswerRules;
import io.github.saddlebag.format.Throttling;

/** Readers of answers. */
public final class Readers {

    private Readers() {}

    /** @param others names and values in turn; all else is as it is shipped */
    public static AnswerReader of(String... others) {
        return of(TestSettings.of(others));
    }

    static AnswerReader of(Settings settings) {
        return new AnswerReader(settings.answer(), new AnswerRules(settings.answer(), new Throttling(settings)));
    }
}
