package io.github.saddlebag.wire;

import com.fasterxml.jackson.core.JsonPointer;
import io.github.saddlebag.config.FormatSettings;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.template.ItemTemplate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A JSON array of items within a JSON object out, JSON answers in. */
public final class JsonEnvelopeFormat extends ListFormat {

    private static final String NOUN = "call.envelope";
    private static final String MARK = "${items}";

    public JsonEnvelopeFormat(FormatSettings settings, ItemTemplate item, AnswerReader answers) {
        super(request(settings.envelope().trim(), item), answers);
    }

    /**
     * @param envelope what the request is: JSON with <code>${items}</code> where the array of items belongs, or a JSON
     *     pointer (RFC 6901) of names to it
     */
    private static ListRequest request(String envelope, ItemTemplate item) {
        String json =
                envelope.isEmpty() ? "{\"items\":${items}}" : envelope.startsWith("/") ? nested(envelope) : envelope;
        int mark = json.indexOf(MARK);
        if (mark < 0 || json.indexOf(MARK, mark + 1) >= 0) {
            throw bad(envelope);
        }
        String head = json.substring(0, mark);
        String tail = json.substring(mark + MARK.length());
        try {
            Json.check((head + "[]" + tail).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw bad(envelope);
        }
        return new ListRequest(head + '[', item, ",", ']' + tail);
    }

    private static IllegalArgumentException bad(String text) {
        return Setting.bad(
                NOUN, text, "give JSON with ${items} once, where the array belongs, or a pointer such as" + " /items.");
    }

    private static String nested(String pointer) {
        StringBuilder before = new StringBuilder();
        StringBuilder after = new StringBuilder();
        for (JsonPointer at = Json.pointer(NOUN, pointer); !at.matches(); at = at.tail()) {
            before.append('{')
                    .append(new String(ItemTemplate.quoted(at.getMatchingProperty()), StandardCharsets.UTF_8))
                    .append(':');
            after.append('}');
        }
        return before + MARK + after;
    }
}
