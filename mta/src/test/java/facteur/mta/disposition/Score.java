package facteur.mta.disposition;

import java.util.Map;
import java.util.TreeMap;

/** Counts right and wrong rulings. */
final class Score {
    private int hardAsHard;
    private int softAsHard;
    private int hardAsSoft;
    private int softAsSoft;
    private int categoryRight;
    private int categoryAll;
    private final Map<String, Map<String, Integer>> confusion = new TreeMap<>();

    void meaning(boolean expectedHard, boolean ruledHard) {
        if (expectedHard) {
            hardAsHard += ruledHard ? 1 : 0;
            hardAsSoft += ruledHard ? 0 : 1;
        } else {
            softAsHard += ruledHard ? 1 : 0;
            softAsSoft += ruledHard ? 0 : 1;
        }
    }

    void category(String expected, String ruled) {
        categoryAll++;
        categoryRight += expected.equals(ruled) ? 1 : 0;
        confusion.computeIfAbsent(expected, _ -> new TreeMap<>()).merge(ruled, 1, Integer::sum);
    }

    int rows() {
        return hardAsHard + hardAsSoft + softAsHard + softAsSoft;
    }

    double accuracy() {
        return share(hardAsHard + softAsSoft, rows());
    }

    double precision() {
        return share(hardAsHard, hardAsHard + softAsHard);
    }

    double recall() {
        return share(hardAsHard, hardAsHard + hardAsSoft);
    }

    double categories() {
        return share(categoryRight, categoryAll);
    }

    private static double share(int part, int whole) {
        return whole == 0 ? 1 : (double) part / whole;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        confusion.forEach(
                (expected, ruled) -> text.append("  %-18s %s%n".formatted(expected, ruled)));
        text.append(
                "  rows %d, accuracy %.3f, hard: precision %.3f recall %.3f, category %.3f"
                        .formatted(rows(), accuracy(), precision(), recall(), categories()));
        return text.toString();
    }
}
