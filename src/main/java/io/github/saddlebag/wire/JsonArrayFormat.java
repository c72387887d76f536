package io.github.saddlebag.wire;

import io.github.saddlebag.template.ItemTemplate;

/** A JSON array of items out, JSON answers in. Items and results are copied as they stand. */
public final class JsonArrayFormat extends ListFormat {

    public JsonArrayFormat(ItemTemplate item, AnswerReader answers) {
        super(new ListRequest("[", item, ",", "]"), answers);
    }
}
