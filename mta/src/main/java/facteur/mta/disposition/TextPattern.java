package facteur.mta.disposition;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Regular expressions of which one must be found in a masked text. RE2/J, because strangers choose
 * the text and its time is linear. Before it runs, the text must contain a word that the expression
 * cannot do without: most rules are passed over for the price of a search for a few words.
 */
record TextPattern(Pattern pattern, List<String> needed) {
    static Optional<TextPattern> compile(List<String> expressions) {
        try {
            String any =
                    expressions.stream().map(e -> "(?:" + e + ")").collect(Collectors.joining("|"));
            return Optional.of(new TextPattern(Pattern.compile(any), needed(expressions)));
        } catch (PatternSyntaxException _) {
            return Optional.empty(); // the reader of the rules says which rule it was
        }
    }

    private static List<String> needed(List<String> expressions) {
        List<List<String>> each = expressions.stream().map(Literals::needed).toList();
        return each.stream().anyMatch(List::isEmpty)
                ? List.of()
                : each.stream().flatMap(List::stream).distinct().toList();
    }

    boolean isFoundIn(String text) {
        return mayBeFoundIn(text) && pattern.matcher(text).find();
    }

    private boolean mayBeFoundIn(String text) {
        if (needed.isEmpty()) {
            return true;
        }
        for (String word : needed) {
            if (text.contains(word)) {
                return true;
            }
        }
        return false;
    }
}
