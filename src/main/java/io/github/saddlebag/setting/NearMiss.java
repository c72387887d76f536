package io.github.saddlebag.setting;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What somebody may have meant. */
public final class NearMiss {

    private NearMiss() {}

    /** The known name that differs least from this one, if it does not differ much. */
    public static Optional<String> of(String name, Collection<String> known) {
        // of short names almost any is near
        int most = name.length() < 5 ? 1 : Math.max(2, name.length() / 4);
        return known.stream()
                .filter(other -> Math.abs(other.length() - name.length()) <= most && distance(name, other) <= most)
                .min(Comparator.comparingInt((String other) -> distance(name, other))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** A question for the end of a message, such as {@code  Did you mean batch?}; empty: none is near. */
    public static String question(String name, Collection<String> known) {
        return of(name, known).map(near -> " Did you mean " + near + "?").orElse("");
    }

    /** How many characters must be added, left out or replaced to get from one to the other. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
