package io.github.saddlebag.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the answer of each item.
 *
 * <p>Equal answers for one item count as one. Answers that differ leave the item without one, for nobody can tell which
 * is right; so do answers that are known by their position where there are more or fewer of them than items. Items that
 * have the same id each get the answer to their id.
 */
public final class Matcher {

    /** No answer came for the item. */
    public static final int MISSING = -1;

    /** Different answers came for the item. */
    public static final int CONTRADICTED = -2;

    /** It is not among the failures, and only failures are answered. */
    public static final int DONE = -3;

    /** A failure came that belongs to nobody, and it may be this item's. */
    public static final int UNCLEAR = -4;

    /** It goes again, and has no answer yet. */
    static final int AGAIN = -5;

    private Matcher() {}

    /**
     * Which answer belongs to which item.
     *
     * @param answerOf for each item the index of its answer, {@link #MISSING}, {@link #CONTRADICTED},
     *     {@link #DONE} or {@link #UNCLEAR}
     * @param unasked names of answers that belong to no item: ids, or places
     */
    public record Match(int[] answerOf, List<String> unasked) {

        /** The failures win: an item that is named among them is not done, whatever else stands in its place. */
        private Match with(Match failures) {
            int[] both = answerOf.clone();
            for (int i = 0; i < both.length; i++) {
                both[i] = failures.answerOf[i] == DONE ? both[i] : failures.answerOf[i];
            }
            List<String> nobodys = new ArrayList<>(unasked);
            nobodys.addAll(failures.unasked);
            return new Match(both, nobodys);
        }

        /** A failure of nobody may be that of each item. */
        private Match unclear() {
            int[] unclear =
                    Arrays.stream(answerOf).map(of -> of == DONE ? UNCLEAR : of).toArray();
            return new Match(unclear, unasked);
        }
    }

    /**
     * @param ids the items' ids, in the order in which they were sent
     * @param unique whether no id stands twice among them, and each item has one
     * @param byIndex whether failures are known by their items' index
     */
    public static Match match(
            Correlation correlation, List<@Nullable String> ids, boolean unique, boolean byIndex, Answers answers) {
        boolean places = correlation == Correlation.INDEX;
        int listed = answers.answered();
        if (listed == answers.size() && correlation != Correlation.FAILURES) {
            return answered(correlation, ids, unique, places, answers);
        }
        List<@Nullable String> names = byIndex || places ? places(ids.size()) : ids;
        Match failures = byName(names, DONE, answers, listed, answers.size());
        if (correlation == Correlation.FAILURES) {
            return failures.unasked().isEmpty() ? failures : failures.unclear();
        }
        Match proper = correlation == Correlation.POSITION
                ? byPosition(ids.size(), listed, failures.answerOf())
                : answered(correlation, ids, unique, places, answers);
        return proper.with(failures);
    }

    /** Those that stand where answers are due. */
    private static Match answered(
            Correlation correlation, List<@Nullable String> ids, boolean unique, boolean places, Answers answers) {
        if (correlation == Correlation.POSITION) {
            return byPosition(ids.size(), answers.answered(), new int[0]);
        }
        List<@Nullable String> names = places ? places(ids.size()) : ids;
        boolean isAlone = answers.isLone() && ids.size() == 1 && answers.id(0) == null;
        if (isAlone || (unique || places) && inOrder(names, answers)) {
            return new Match(indices(ids.size()), List.of());
        }
        return byName(names, MISSING, answers, 0, answers.answered());
    }

    /**
     * @param failures for each item whether its failure is listed; those items may be left out, or not
     */
    private static Match byPosition(int items, int answers, int[] failures) {
        int[] answerOf = indices(items);
        int failed = 0;
        for (int failure : failures) {
            failed += failure != DONE ? 1 : 0;
        }
        if (items != answers) {
            int next = 0;
            for (int i = 0; i < items; i++) {
                boolean isLeftOut = failed > 0 && failures[i] != DONE;
                answerOf[i] = items != answers + failed || isLeftOut ? MISSING : next++;
            }
        }
        return new Match(answerOf, List.of());
    }

    private static Match byName(List<@Nullable String> names, int absent, Answers answers, int from, int to) {
        Map<String, Integer> found = new HashMap<>(names.size() * 2);
        for (String name : names) {
            if (name != null) {
                found.put(name, absent);
            }
        }
        List<String> unasked = new ArrayList<>(0);
        for (int i = from; i < to; i++) {
            String id = answers.id(i);
            Integer before = id == null ? null : found.get(id);
            if (before == null) {
                unasked.add(id == null ? "answer " + (i - from + 1) + ", which has no id" : id);
            } else if (before == absent) {
                found.put(id, i);
            } else if (before == CONTRADICTED || absent != DONE && !answers.same(before, i)) {
                // but of an item's failures the first one counts
                found.put(id, CONTRADICTED);
            }
        }
        int[] answerOf = new int[names.size()];
        for (int i = 0; i < answerOf.length; i++) {
            String name = names.get(i);
            answerOf[i] = name == null ? absent : found.getOrDefault(name, absent);
        }
        return new Match(answerOf, unasked);
    }

    /** The usual case, without a map. */
    private static boolean inOrder(List<@Nullable String> ids, Answers answers) {
        if (ids.size() != answers.answered()) {
            return false;
        }
        for (int i = 0; i < ids.size(); i++) {
            String id = ids.get(i);
            if (id == null || !id.equals(answers.id(i))) {
                return false;
            }
        }
        return true;
    }

    private static int[] indices(int count) {
        int[] indices = new int[count];
        for (int i = 0; i < count; i++) {
            indices[i] = i;
        }
        return indices;
    }

    private static List<@Nullable String> places(int count) {
        List<@Nullable String> places = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            places.add(Integer.toString(i));
        }
        return places;
    }
}
