package facteur.mta.disposition;

import java.util.ArrayList;
import java.util.List;

/**
 * The words that a regular expression cannot do without: a text which has none of them need not be
 * searched. Understands only as much of the syntax as the rules use; where it does not understand,
 * it answers that nothing is needed, which costs time and is never wrong.
 */
final class Literals {
    private static final List<String> UNKNOWN = List.of();

    private Literals() {}

    /** Any one of these is in every match; empty when that cannot be said. */
    static List<String> needed(String expression) {
        List<String> all = new ArrayList<>();
        for (String branch : branches(expression)) {
            List<String> best = ofBranch(branch);
            if (best.isEmpty()) {
                return UNKNOWN;
            }
            all.addAll(best);
        }
        return List.copyOf(all);
    }

    private static List<String> branches(String expression) {
        List<String> branches = new ArrayList<>();
        int from = 0;
        int at = 0;
        while (at < expression.length()) {
            if (expression.charAt(at) == '|') {
                branches.add(expression.substring(from, at));
                from = at + 1;
                at++;
            } else {
                at = afterAtom(expression, at);
            }
        }
        branches.add(expression.substring(from));
        return branches;
    }

    private static List<String> ofBranch(String branch) {
        List<String> best = UNKNOWN;
        StringBuilder run = new StringBuilder();
        int at = 0;
        while (at < branch.length()) {
            int end = afterAtom(branch, at);
            int next = afterQuantifier(branch, end);
            boolean optional = next > end && branch.charAt(end) != '+';
            String atom = branch.substring(at, end);
            boolean literal = isLiteral(atom);
            if (literal && !optional) {
                run.append(atom.charAt(atom.length() - 1));
            }
            if (!literal || next > end) {
                best = better(best, run.isEmpty() ? UNKNOWN : List.of(run.toString()));
                run.setLength(0);
            }
            if (atom.startsWith("(") && !optional) {
                best = better(best, needed(inside(atom)));
            }
            at = next;
        }
        return better(best, run.isEmpty() ? UNKNOWN : List.of(run.toString()));
    }

    private static String inside(String group) {
        int from = group.startsWith("(?:") ? 3 : 1;
        return group.substring(from, group.length() - 1);
    }

    private static List<String> better(List<String> a, List<String> b) {
        return worth(b) > worth(a) ? b : a;
    }

    /** The length of the shortest word; words of one letter, or two Latin ones, filter nothing. */
    private static int worth(List<String> words) {
        int least = words.stream().mapToInt(Literals::weight).min().orElse(0);
        return least < 3 ? 0 : least;
    }

    private static int weight(String word) {
        return word.chars().map(c -> c < 0x250 ? 1 : 2).sum();
    }

    private static boolean isLiteral(String atom) {
        if (atom.length() == 2 && atom.charAt(0) == '\\') {
            return !Character.isLetterOrDigit(atom.charAt(1));
        }
        return atom.length() == 1 && ".^$".indexOf(atom.charAt(0)) < 0;
    }

    /** The index behind the character, escape, class or group that begins at {@code at}. */
    private static int afterAtom(String expression, int at) {
        return switch (expression.charAt(at)) {
            case '\\' -> Math.min(at + 2, expression.length());
            case '[' -> afterClass(expression, at);
            case '(' -> afterGroup(expression, at);
            default -> at + 1;
        };
    }

    private static int afterClass(String expression, int at) {
        int i = at + 1;
        while (i < expression.length() && expression.charAt(i) != ']') {
            i += expression.charAt(i) == '\\' ? 2 : 1;
        }
        return Math.min(i + 1, expression.length());
    }

    private static int afterGroup(String expression, int at) {
        int i = at + 1;
        while (i < expression.length() && expression.charAt(i) != ')') {
            i = afterAtom(expression, i);
        }
        return Math.min(i + 1, expression.length());
    }

    private static int afterQuantifier(String expression, int at) {
        if (at >= expression.length() || "?*+{".indexOf(expression.charAt(at)) < 0) {
            return at;
        }
        int end = expression.charAt(at) == '{' ? expression.indexOf('}', at) + 1 : at + 1;
        return end < expression.length() && expression.charAt(end) == '?' ? end + 1 : end;
    }
}
