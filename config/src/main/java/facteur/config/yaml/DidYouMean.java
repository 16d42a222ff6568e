package facteur.config.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The known word that a misspelt one was probably meant to be. */
public final class DidYouMean {
    private DidYouMean() {}

    /** Nobody mistypes a longer word, and comparing takes the product of both lengths. */
    private static final int LONGEST = 100;

    public static Optional<String> to(String word, Collection<String> known) {
        if (word.length() > LONGEST) {
            return Optional.empty();
        }
        // Of a word that shares no letter nothing is left to have been meant.
        int furthest = Math.min(Math.max(2, (word.length() + 1) * 2 / 5), word.length() - 1);
        return known.stream()
                .filter(candidate -> Math.abs(candidate.length() - word.length()) <= furthest)
                .filter(candidate -> distance(word, candidate) <= furthest)
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
    }

    /** Levenshtein: the least number of letters put in, taken out or changed. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
