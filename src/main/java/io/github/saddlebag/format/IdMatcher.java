package io.github.saddlebag.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds each item's answer by the id that the answer repeats, in whatever order the answers come.
 *
 * <p>Equal answers for one item count as one. Answers that differ leave the item without one, for nobody can tell
 * which is right. Items with equal ids in one batch each get the answer to their id.
 */
public final class IdMatcher {

    /** No answer came for the item. */
    public static final int MISSING = -1;

    /** Different answers came for the item. */
    public static final int CONTRADICTED = -2;

    private IdMatcher() {}

    /**
     * Which answer belongs to which item.
     *
     * @param answerOf for each item the index of its answer, {@link #MISSING} or {@link #CONTRADICTED}
     * @param repeated answers that were the same as another one for the same id
     * @param unasked ids of answers that no item has; answers without an id are named by their place, such as {@code #3}
     */
    public record Match(int[] answerOf, int repeated, List<String> unasked) {}

    /**
     * @param ids the items' ids, in the order in which they were sent
     * @param unique whether no id stands twice among them
     */
    public static Match match(List<String> ids, boolean unique, Answers answers) {
        int[] answerOf = new int[ids.size()];
        if (unique && inOrder(ids, answers)) {
            for (int i = 0; i < answerOf.length; i++) {
                answerOf[i] = i;
            }
            return new Match(answerOf, 0, List.of());
        }
        Map<String, Integer> found = new HashMap<>(ids.size() * 2);
        for (String id : ids) {
            found.put(id, MISSING);
        }
        int repeated = 0;
        List<String> unasked = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            String id = answers.id(i);
            Integer before = id == null ? null : found.get(id);
            if (before == null) {
                unasked.add(id == null ? "#" + i : id);
            } else if (before == MISSING) {
                found.put(id, i);
            } else if (before != CONTRADICTED && answers.same(before, i)) {
                repeated++;
            } else {
                found.put(id, CONTRADICTED);
            }
        }
        Arrays.setAll(answerOf, i -> found.get(ids.get(i)));
        return new Match(answerOf, repeated, unasked);
    }

    /** The usual case, without a map. */
    private static boolean inOrder(List<String> ids, Answers answers) {
        if (ids.size() != answers.size()) {
            return false;
        }
        for (int i = 0; i < answers.size(); i++) {
            if (!ids.get(i).equals(answers.id(i))) {
                return false;
            }
        }
        return true;
    }
}
