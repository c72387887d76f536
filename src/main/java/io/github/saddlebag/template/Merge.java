package io.github.saddlebag.template;

import com.fasterxml.jackson.core.JsonPointer;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.json.ValueScan;
import io.github.saddlebag.setting.Setting;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** Puts an answer into its item, as one more member at a JSON pointer (RFC 6901). All else stays as it came, byte by byte. */
public final class Merge {

    private final JsonPointer pointer;
    private final JsonPointer parent;
    private final String name;
    private final boolean overwrite;

    private Merge(JsonPointer pointer, boolean overwrite) {
        this.pointer = pointer;
        this.parent = pointer.head();
        this.name = pointer.last().getMatchingProperty();
        this.overwrite = overwrite;
    }

    /**
     * @param text a JSON pointer to a member; empty: null, for nothing is merged
     * @param overwrite whether a member that is there may be replaced
     */
    public static @Nullable Merge at(String text, boolean overwrite) {
        if (text.isEmpty()) {
            return null;
        }
        JsonPointer pointer = Json.pointer("deliver.merge", text);
        if (pointer.last() == null || pointer.last().getMatchingProperty().isEmpty()) {
            throw Setting.bad("deliver.merge", text, "give a JSON pointer to a member with a name, such as /answer.");
        }
        return new Merge(pointer, overwrite);
    }

    /** Why no answer can be put into the item, as a sentence; null: it can. */
    public @Nullable String refusal(byte[] item) {
        ValueScan around = ItemTemplate.scan(item, parent);
        if (around.from < 0 || item[around.from] != '{') {
            return "The item has no object at '" + parent + "', into which its answer could be put"
                    + " (saddlebag.deliver.merge, --merge).";
        }
        if (!overwrite && ItemTemplate.scan(item, pointer).from >= 0) {
            return "The item has something at " + pointer
                    + " already, where its answer belongs (saddlebag.deliver.merge,"
                    + " --merge): name another place, or replace it with --merge-overwrite.";
        }
        return null;
    }

    /** The item with the answer in it, of an item that {@link #refusal} lets pass. */
    public byte[] of(byte[] item, byte[] answer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(item.length + answer.length + name.length() + 8);
        ValueScan there = ItemTemplate.scan(item, pointer);
        if (there.from >= 0) {
            out.write(item, 0, there.from);
            out.writeBytes(answer);
            out.write(item, there.to, item.length - there.to);
            return out.toByteArray();
        }
        ValueScan around = ItemTemplate.scan(item, parent);
        int close = around.to - 1;
        int last = close - 1;
        while (item[last] <= ' ' && item[last] >= 0) {
            last--;
        }
        out.write(item, 0, close);
        if (item[last] != '{') {
            out.write(',');
        }
        out.writeBytes(ItemTemplate.quoted(name));
        out.write(':');
        out.writeBytes(answer);
        out.write(item, close, item.length - close);
        return out.toByteArray();
    }
}
