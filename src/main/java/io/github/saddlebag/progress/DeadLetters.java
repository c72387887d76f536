package io.github.saddlebag.progress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.saddlebag.runtime.UsageException;
import io.github.saddlebag.setting.NearMiss;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.stats.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The lines of a dead letter file, read one at a time: counted by what they have in common, or chosen. */
public final class DeadLetters {

    /** More reasons than that are no groups any more. */
    private static final int MAX_GROUPS = 1000;

    private static final int LONGEST_EXAMPLE = 300;

    /** What a dead letter may have. */
    static final List<String> MEMBERS = List.of(
            "id",
            "item",
            "text",
            "base64",
            "reason",
            "kind",
            "detail",
            "status",
            "httpStatus",
            "url",
            "batch",
            "tries",
            "attempts",
            "source",
            "partition",
            "offset",
            "line",
            "occasion",
            "time");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern CONDITION = Pattern.compile("(\\w+)(==?|~)(.*)", Pattern.DOTALL);
    /** What differs between items that failed for the same reason: where they stand, numbers, what is quoted. */
    private static final Pattern PLACE = Pattern.compile("^[^:]{1,200} (line|item|element) \\d+: ");

    private static final Pattern VARIES = Pattern.compile("\\d+|'[^']*'|\"[^\"]*\"");

    private final Path file;

    public DeadLetters(Path file) {
        this.file = file;
    }

    /**
     * Letters that have something in common.
     *
     * @param count how many
     * @param name what they have in common; of reasons, the first one's
     * @param example the id of the first one, or its line
     * @param kind of which few kinds of failures the first one is; null: it does not say
     */
    public record Group(
            long count,
            String name,
            String example,
            @Nullable Reason kind) {}

    /** Takes a letter and its line. */
    private interface Reader {
        /** @return false: that is enough */
        boolean take(JsonNode letter, String line, long number);
    }

    private void each(Reader reader) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            long number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                JsonNode letter = line.isBlank() ? null : letter(line);
                if (letter != null && !reader.take(letter, line, number)) {
                    return;
                }
            }
        }
    }

    /** A line as it was read byte by byte; null: it is no dead letter. */
    public static @Nullable JsonNode ofBytes(String latin) {
        return letter(new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }

    /** Null: it is none, such as a line that is just being written. */
    private static @Nullable JsonNode letter(String line) {
        try {
            JsonNode letter = JSON.readTree(line);
            return letter.path("reason").isTextual() ? letter : null;
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * Counts letters by what they have in common, the most frequent first.
     *
     * @param by a member of the letters; {@code reason} includes the endpoint's words, and numbers and what is quoted make
     *     no difference there
     */
    public List<Group> groups(String by, Predicate<JsonNode> wanted) throws IOException {
        Map<String, Group> groups = new LinkedHashMap<>();
        each((letter, line, number) -> {
            if (wanted.test(letter)) {
                boolean isReason = by.equals("reason");
                String name = isReason ? reason(letter) : letter.path(by).asText("");
                String key = isReason ? letter.path("status").asInt() + " " + common(name) : name;
                String known = groups.containsKey(key) || groups.size() < MAX_GROUPS ? key : "";
                String id = letter.path("id").asText("line " + number);
                groups.merge(
                        known,
                        new Group(1, known.isEmpty() ? "(others)" : shown(name), id, kind(letter)),
                        (one, other) -> new Group(one.count + 1, one.name, one.example, one.kind));
            }
            return true;
        });
        List<Group> sorted = new ArrayList<>(groups.values());
        sorted.sort(Comparator.comparingLong(Group::count).reversed());
        return sorted;
    }

    private static @Nullable Reason kind(JsonNode letter) {
        String tag = letter.path("kind").asText();
        for (Reason reason : Reason.values()) {
            if (reason.tag().equals(tag)) {
                return reason;
            }
        }
        return null;
    }

    private static String reason(JsonNode letter) {
        String reason = letter.path("reason").asText();
        String detail = letter.path("detail").asText("");
        return detail.isEmpty() ? reason : reason + " The endpoint says: " + detail;
    }

    private static String common(String reason) {
        return VARIES.matcher(PLACE.matcher(reason).replaceFirst("")).replaceAll("#");
    }

    private static String shown(String name) {
        return name.length() <= LONGEST_EXAMPLE ? name : name.substring(0, LONGEST_EXAMPLE) + "..";
    }

    /** Hands on the lines of the letters that are wanted, as they are. */
    public void choose(Predicate<JsonNode> wanted, long limit, Consumer<String> out) throws IOException {
        long[] left = {limit};
        each((letter, line, number) -> {
            if (left[0] > 0 && wanted.test(letter)) {
                left[0]--;
                out.accept(line);
            }
            return left[0] > 0;
        });
    }

    /**
     * What letters must be like.
     *
     * @param condition {@code NAME=VALUE}: that is its value; {@code NAME~TEXT}: the text is in it
     * @throws UsageException it is neither
     */
    public static Predicate<JsonNode> where(String condition) throws UsageException {
        Matcher parts = CONDITION.matcher(condition);
        if (!parts.matches()) {
            throw new UsageException("--where " + condition
                    + ": give NAME=VALUE or NAME~TEXT, for example status=422 or reason~timeout.");
        }
        String name = known("--where " + condition, parts.group(1));
        String text = parts.group(3);
        return !parts.group(2).equals("~")
                ? letter -> text(letter, name).equals(text)
                : letter -> text(letter, name).contains(text);
    }

    /**
     * A member of dead letters.
     *
     * @throws UsageException none has such a member
     */
    public static String known(String option, String name) throws UsageException {
        if (!MEMBERS.contains(name)) {
            throw new UsageException(option + ": dead letters have no '" + name + "'."
                    + NearMiss.of(name, MEMBERS)
                            .map(near -> " Did you mean " + near + "?")
                            .orElse(" They have " + String.join(", ", MEMBERS) + "."));
        }
        return name;
    }

    private static String text(JsonNode letter, String name) {
        JsonNode value = letter.path(name);
        return value.isValueNode() ? value.asText() : value.toString();
    }

    /**
     * Letters that are not older.
     *
     * @param since an instant (ISO 8601), or a duration before now, such as 2h
     * @throws UsageException it is neither
     */
    public static Predicate<JsonNode> since(String since, Instant now) throws UsageException {
        Instant from;
        try {
            from = since.contains("T") ? Instant.parse(since) : now.minus(Setting.duration("since", since));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new UsageException("--since " + since
                    + ": give a time such as 2030-01-31T12:00:00Z, or how long ago, such as 90m or 2h.");
        }
        return letter -> {
            try {
                return !Instant.parse(letter.path("time").asText()).isBefore(from);
            } catch (DateTimeException e) {
                return false;
            }
        };
    }
}
