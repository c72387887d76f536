package io.github.saddlebag.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.unpack.UnreadableInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of a CSV file (RFC 4180; rows may end with CR alone as well) as JSON objects of strings, named by the
 * header in its first row. A row that is malformed fails by itself. Libraries go on in the middle of such a row, or do not
 * tell at which byte a row ends, where reading must be able to resume.
 */
final class CsvReader extends ByteItems {

    /** What usually stands between fields. */
    private static final String SEPARATORS = ",;\t|";

    /** By which spreadsheets say in a first line what stands between fields. */
    private static final Pattern SEPARATOR = Pattern.compile("\"?sep=(.)\"?", Pattern.CASE_INSENSITIVE);

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\u2028\\u2029&&[^\\r\\n\\t]]");

    private static final String TWICE = " A quote within a field in quotes is written twice (RFC 4180, 2.7).";

    private static final String ESCAPED = " A backslash before a quote, as MySQL writes it, is no CSV: export with"
            + " FIELDS ENCLOSED BY '\"' ESCAPED BY '\"', or write each \\\" as \"\".";

    private static final String NOT_CLOSED = "A quote is not closed: the file ends within this row.";

    private final List<byte[]> names;
    private final char separator;
    private long line;
    private boolean open;

    /**
     * @param in stands at {@code begin}
     * @param names each name as JSON, from {@link #names}
     * @param separator what stands between fields
     */
    CsvReader(ByteInput in, List<byte[]> names, char separator, Place begin) {
        super(in, begin);
        this.names = names;
        this.separator = separator;
        this.line = begin.line();
        number = 0;
    }

    /** Reads the header of an input that stands at its beginning; an empty input has none. */
    static CsvReader open(ByteInput in, char separator) throws IOException {
        CsvReader reader = new CsvReader(in, new ArrayList<>(), separator, Place.BEGIN);
        byte[] row = reader.row();
        Matcher hint = SEPARATOR.matcher(row == null ? "" : new String(row, StandardCharsets.UTF_8));
        if (hint.matches()) {
            reader = new CsvReader(in, new ArrayList<>(), hint.group(1).charAt(0), reader.place());
            row = reader.row();
        }
        return headed(reader, row);
    }

    private static CsvReader headed(CsvReader reader, byte @Nullable [] row) throws IOException {
        if (row != null && row.length > 1 && (row[0] == '{' && row[1] == '"' || row[0] == '[' && row[1] == '{')) {
            throw new UnreadableInputException("The header of the CSV file begins as JSON does. If the file is JSON:"
                    + " --format jsonl, or json for an array (saddlebag.source.format).");
        }
        Set<String> seen = new HashSet<>();
        for (byte[] field : row == null ? List.<byte[]>of() : reader.fields(row)) {
            String name = text(field);
            if (name.isBlank()) {
                throw new UnreadableInputException(
                        "The header of the CSV file has no name for column " + (seen.size() + 1) + ". Give it one.");
            }
            if (CONTROL.matcher(name).find()) {
                throw new UnreadableInputException("The header of the CSV file has a control character in the name of"
                        + " column " + (seen.size() + 1) + ": it seems to be no CSV, or in no encoding that is read.");
            }
            if (!seen.add(name)) {
                throw new UnreadableInputException("The header of the CSV file names " + json(name)
                        + " twice. Rename one of them, as the columns are the fields of the items.");
            }
            reader.names.add(json(name).getBytes(StandardCharsets.UTF_8));
        }
        if (row != null && reader.names.size() == 1) {
            checkOnly(row, reader.separator);
        }
        if (reader.problem != null) {
            throw new UnreadableInputException("The header of the CSV file cannot be read: " + reader.problem);
        }
        return reader;
    }

    /** One name alone may be several, with something else between them; one that is quoted is meant. */
    private static void checkOnly(byte[] row, char separator) throws UnreadableInputException {
        for (byte b : row) {
            if (b != separator && SEPARATORS.indexOf(b) >= 0 && row[0] != '"') {
                String other = b == '\t' ? "tab" : "'" + (char) b + "'";
                throw new UnreadableInputException("The header of the CSV file is one column, with " + other
                        + " in its name. If that stands between fields, say so: --csv-separator " + other
                        + " (saddlebag.source.csv-separator). If the column is called so, put its name in quotes.");
            }
        }
    }

    private static String text(byte[] field) throws UnreadableInputException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(field))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UnreadableInputException("The header of the CSV file is not UTF-8.");
        }
    }

    private static String json(String text) throws JsonProcessingException {
        return Json.MAPPER.writeValueAsString(text);
    }

    /** A reader below the same header, of an input that stands at {@code begin}. */
    CsvReader from(ByteInput input, Place begin) {
        return new CsvReader(input, names, separator, begin);
    }

    @Override
    public byte @Nullable [] next() throws IOException {
        byte[] row = row();
        if (row == null) {
            return null;
        }
        List<byte[]> fields = problem == null ? fields(row) : List.of();
        if (problem == null && fields.size() != names.size()) {
            problem = "The row has " + fields.size() + (fields.size() == 1 ? " field" : " fields") + ", the header "
                    + names.size() + ". A field that has the separator in it stands in double quotes.";
        }
        if (problem != null) {
            problem += escaped(row);
            return row;
        }
        try {
            return object(fields, row.length);
        } catch (CharacterCodingException e) {
            problem = PlainLines.NOT_UTF_8;
            return row;
        }
    }

    /** What is said of quotes with a backslash before them in a row that cannot be read. */
    private static String escaped(byte[] row) {
        for (int i = 1; i < row.length; i++) {
            if (row[i] == '"' && row[i - 1] == '\\') {
                return ESCAPED;
            }
        }
        return "";
    }

    private byte[] object(List<byte[]> fields, int size) throws CharacterCodingException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(2 * size);
        for (int i = 0; i < fields.size(); i++) {
            out.write(i == 0 ? '{' : ',');
            out.writeBytes(names.get(i));
            out.write(':');
            PlainLines.quote(fields.get(i), out);
        }
        out.write('}');
        return out.toByteArray();
    }

    /** The next row that is not blank, without its end, in which quotes may hold line feeds. */
    private byte @Nullable [] row() throws IOException {
        problem = null;
        while (true) {
            in.begin();
            number = line + 1;
            if (in.peek() == ByteInput.END) {
                return null;
            }
            byte[] row = anyRow();
            if (open || problem != null || row.length > 0) {
                return row;
            }
        }
    }

    private byte[] anyRow() throws IOException {
        open = false;
        boolean atStart = true;
        boolean justClosed = false;
        while (true) {
            int b = in.take();
            boolean end = b == '\n' || b == '\r' && !open && in.peek() != '\n';
            if (end) {
                line++;
            }
            if (b == ByteInput.END || end && !open) {
                break;
            }
            if (b == '"' && (open || atStart || justClosed)) {
                // two of them stand for one: the first closes, the second opens again
                justClosed = open;
                open = !open;
            } else {
                justClosed = false;
            }
            atStart = b == separator && !open;
            in.keep(b);
        }
        problem = in.tooLong("row");
        byte[] row = in.kept();
        if (problem == null && open) {
            problem = NOT_CLOSED;
        }
        boolean crlf = row.length > 0 && row[row.length - 1] == '\r' && problem == null;
        return crlf ? Arrays.copyOf(row, row.length - 1) : row;
    }

    private List<byte[]> fields(byte[] row) {
        List<byte[]> fields = new ArrayList<>(Math.max(4, names.size()));
        ByteArrayOutputStream field = new ByteArrayOutputStream();
        int at = 0;
        while (true) {
            field.reset();
            if (at < row.length && row[at] == '"') {
                at = quoted(row, at + 1, field);
                if (at < row.length && row[at] != separator) {
                    problem = "Something follows the quote that closes a field." + TWICE;
                    return fields;
                }
            } else {
                while (at < row.length && row[at] != separator) {
                    field.write(row[at++]);
                }
            }
            fields.add(field.toByteArray());
            if (at >= row.length) {
                return fields;
            }
            at++;
        }
    }

    /** Where the field ends, behind its closing quote. */
    private static int quoted(byte[] row, int from, ByteArrayOutputStream field) {
        int at = from;
        while (at < row.length) {
            if (row[at] == '"') {
                if (at + 1 == row.length || row[at + 1] != '"') {
                    return at + 1;
                }
                at++;
            }
            field.write(row[at++]);
        }
        return at;
    }

    @Override
    public List<String> columns() throws IOException {
        List<String> all = new ArrayList<>();
        for (byte[] name : names) {
            all.add(Json.MAPPER.readValue(name, String.class));
        }
        return all;
    }

    @Override
    public Place place() {
        return new Place(in.offset(), line);
    }
}
