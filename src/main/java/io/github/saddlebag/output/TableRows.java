package io.github.saddlebag.output;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Result lines as the rows of a table, CSV (RFC 4180, rows end with a line feed) or TSV, below a header. Its columns are
 * fixed with the first row, which waits for an answer, and an unfinished run goes on with those of the header that stands
 * in the file.
 */
final class TableRows implements Rows {

    private static final Logger LOG = LoggerFactory.getLogger(TableRows.class);
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final ResultShape shape;
    private final char separator;
    private List<String> columns;
    private Set<String> known = Set.of();
    private long unknown;
    private String unknownName = "";
    /** Those that somebody named and in which no row had anything. */
    private final Set<String> unfilled;

    private List<String> others = List.of();
    private final TableColumns choice;

    /** @param inputColumns those of the input's header, where it has one */
    TableRows(ResultShape shape, char separator, List<String> inputColumns) {
        this.shape = shape;
        this.choice = new TableColumns(shape, inputColumns);
        this.separator = separator;
        this.columns = shape.columns();
        this.unfilled = new LinkedHashSet<>(columns);
        unfilled.removeAll(TableColumns.DETAILS);
        unfilled.remove("error");
    }

    @Override
    public boolean begin(byte[] lines) throws IOException {
        if (columns.isEmpty()) {
            choice.see(rows(lines));
        }
        return !columns.isEmpty() || choice.isSure();
    }

    private static List<JsonNode> rows(byte[] lines) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        try (JsonParser parser = MAPPER.createParser(lines)) {
            while (parser.nextToken() != null) {
                rows.add(MAPPER.readTree(parser));
            }
        }
        return rows;
    }

    @Override
    public byte[] of(byte[] lines, boolean first) throws IOException {
        List<JsonNode> rows = rows(lines);
        if (rows.isEmpty()) {
            return new byte[0];
        }
        StringBuilder out = new StringBuilder(lines.length);
        if (first) {
            if (columns.isEmpty()) {
                choice.see(rows);
                fix(choice.names());
            }
            writeHeader(out);
        }
        if (!unfilled.isEmpty() && others.isEmpty()) {
            choice.see(rows);
            others = choice.isSure() ? choice.names() : others;
        }
        for (JsonNode row : rows) {
            write(row, out);
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void fix(List<String> found) {
        columns = found;
        known = Set.copyOf(found);
    }

    private void writeHeader(StringBuilder out) {
        for (int i = 0; i < columns.size(); i++) {
            if (i > 0) {
                out.append(separator);
            }
            quote(columns.get(i), out);
        }
        out.append('\n');
    }

    private void write(JsonNode row, StringBuilder out) {
        for (int i = 0; i < columns.size(); i++) {
            if (i > 0) {
                out.append(separator);
            }
            JsonNode value = value(row, columns.get(i));
            if (!unfilled.isEmpty() && !value.isMissingNode()) {
                unfilled.remove(columns.get(i));
            }
            quote(defused(value, text(value)), out);
        }
        out.append('\n');
        if (!known.isEmpty() && !known.contains(TableColumns.RESULT)) {
            row.path(TableColumns.RESULT).fieldNames().forEachRemaining(this::count);
        }
    }

    private void count(String name) {
        if (!known.contains(TableColumns.RESULT + '.' + name)) {
            unknown++;
            unknownName = name;
        }
    }

    private JsonNode value(JsonNode row, String column) {
        if (choice.isOfLine(column)) {
            return row.path(column);
        }
        int dot = column.indexOf('.');
        String head = dot < 0 ? "" : column.substring(0, dot);
        return head.equals(TableColumns.RESULT) || head.equals(TableColumns.ITEM)
                ? at(row.path(head), column.substring(dot + 1))
                : at(row.path(TableColumns.ITEM), column);
    }

    /** A member by its name, or of a member by theirs, with dots between them. */
    private static JsonNode at(JsonNode node, String path) {
        if (!node.isObject()) {
            return MissingNode.getInstance();
        }
        if (node.has(path)) {
            return node.path(path);
        }
        for (int dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
            JsonNode found = at(node.path(path.substring(0, dot)), path.substring(dot + 1));
            if (!found.isMissingNode()) {
                return found;
            }
        }
        return MissingNode.getInstance();
    }

    static String text(JsonNode value) {
        return value.isContainerNode() ? value.toString() : value.isNull() ? "" : value.asText();
    }

    /** A number is a number, whatever its sign; a text that begins like a formula gets an apostrophe before it. */
    private String defused(JsonNode value, String text) {
        boolean formula =
                shape.safe() && !text.isEmpty() && !value.isNumber() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
        return formula ? '\'' + text : text;
    }

    private void quote(String text, StringBuilder out) {
        boolean plain = true;
        for (int i = 0; i < text.length() && plain; i++) {
            char c = text.charAt(i);
            plain = c != separator && c != '"' && c != '\n' && c != '\r';
        }
        // a row that is one empty field would be a blank line
        boolean blank = text.isEmpty() && columns.size() == 1;
        boolean spaced = !text.isEmpty() && (text.charAt(0) <= ' ' || text.charAt(text.length() - 1) <= ' ');
        if (plain && !blank && !spaced) {
            out.append(text);
        } else {
            out.append('"').append(text.replace("\"", "\"\"")).append('"');
        }
    }

    @Override
    public void goOn(Path file) throws IOException {
        if (!columns.isEmpty()) {
            return;
        }
        try (BufferedReader in = Files.newBufferedReader(file)) {
            fix(header(in));
        }
    }

    private List<String> header(BufferedReader in) throws IOException {
        List<String> names = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        boolean quoted = false;
        int c = in.read();
        while (c >= 0 && (quoted || c != '\n')) {
            int next = in.read();
            if (c == '"' && quoted && next == '"') {
                name.append('"');
                next = in.read();
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                names.add(name.toString());
                name.setLength(0);
            } else {
                name.append((char) c);
            }
            c = next;
        }
        names.add(name.toString());
        return List.copyOf(names);
    }

    /** What is said of columns that somebody named and that are always empty; null: there are none. */
    @Nullable
    String emptyColumns() {
        return unfilled.isEmpty() || others.isEmpty()
                ? null
                : "No row has a value in " + String.join(", ", unfilled)
                        + " (--columns, saddlebag.deliver.columns); there are " + String.join(", ", others) + ".";
    }

    @Override
    public byte[] tail(boolean empty) {
        if (unknown > 0) {
            LOG.warn(
                    "{} values of answers stand in no column, for the first answer did not have them, such as {}: name the"
                            + " columns with --columns (saddlebag.deliver.columns).",
                    unknown,
                    unknownName);
            unknown = 0;
        }
        String always = emptyColumns();
        if (always != null) {
            LOG.warn(always);
            unfilled.clear();
        }
        if (!empty || columns.isEmpty() && !choice.isHeaded()) {
            return new byte[0];
        }
        if (columns.isEmpty()) {
            fix(choice.names());
        }
        StringBuilder out = new StringBuilder();
        writeHeader(out);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }
}
