package io.github.saddlebag.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which columns a table has that nobody named: known better with each row, until the first answer. */
final class TableColumns {

    static final List<String> DETAILS = List.of("success", "status", "url", "attempts", "time", "source");
    static final String RESULT = "result";
    static final String ITEM = "item";
    private static final Set<String> OF_LINES = Set.of("id", "error", RESULT, ITEM);

    private final ResultShape shape;
    private final List<String> inputColumns;
    /** The first row with an item. */
    private JsonNode example = MissingNode.getInstance();
    /** The first with an answer. */
    private JsonNode good = MissingNode.getInstance();

    /** @param inputColumns those of the input's header; none: it has no header */
    TableColumns(ResultShape shape, List<String> inputColumns) {
        this.shape = shape;
        this.inputColumns = inputColumns;
    }

    /** Whether no further row changes them. */
    boolean isSure() {
        return !good.isMissingNode();
    }

    /** Whether those of the input are known before its first row. */
    boolean isHeaded() {
        return !inputColumns.isEmpty();
    }

    /** Looks for what the columns are those of. */
    void see(List<JsonNode> rows) {
        for (JsonNode row : rows) {
            boolean isGood = shape.only() == ResultShape.Only.FAILED ? row.has(ITEM) : !row.has("error");
            if (example.isMissingNode() && row.has(ITEM)) {
                example = row;
            }
            if (good.isMissingNode() && isGood) {
                good = row;
                return;
            }
        }
    }

    /** Those of the input and of the first item that has an answer, or of the first; and of its answer, or all of it. */
    List<String> names() {
        Set<String> names = new LinkedHashSet<>(List.of("id"));
        JsonNode row = good.has(ITEM) ? good : example;
        JsonNode item = row.path(ITEM);
        if (item.isObject() || item.isMissingNode()) {
            Set<String> members = new LinkedHashSet<>(inputColumns);
            item.fieldNames().forEachRemaining(members::add);
            for (String name : members) {
                boolean isId =
                        name.equals("id") && TableRows.text(item.path(name)).equals(TableRows.text(row.path("id")));
                if (!isId) {
                    names.add(isReserved(name) ? ITEM + '.' + name : name);
                }
            }
        } else {
            names.add(ITEM);
        }
        if (shape.merge() == null) {
            JsonNode result = good.path(RESULT);
            if (result.isObject() && !result.isEmpty()) {
                result.fieldNames().forEachRemaining(name -> names.add(RESULT + '.' + name));
            } else {
                names.add(RESULT);
            }
        }
        names.add("error");
        if (shape.details()) {
            names.addAll(DETAILS);
        }
        return List.copyOf(names);
    }

    private boolean isReserved(String name) {
        return isOfLine(name) || name.startsWith(RESULT + '.') || name.startsWith(ITEM + '.');
    }

    /** Whether it is a member of the line itself. */
    boolean isOfLine(String name) {
        return OF_LINES.contains(name) || shape.details() && DETAILS.contains(name);
    }
}
