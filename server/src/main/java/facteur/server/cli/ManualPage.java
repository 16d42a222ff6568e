package facteur.server.cli;

import java.util.List;

/** A page of the manual, written in mdoc(7). */
final class ManualPage {
    /** A line of the source that is longer is bad style, says mandoc. */
    private static final int WIDTH = 78;

    private final StringBuilder text = new StringBuilder();

    ManualPage(String date, String name, int section, String what) {
        macro("Dd", date);
        macro("Dt", name.toUpperCase(java.util.Locale.ROOT) + " " + section);
        macro("Os", "");
        heading("NAME");
        macro("Nm", name);
        macro("Nd", lower(what));
    }

    private static String lower(String what) {
        String line = what.replaceFirst("[.]$", "");
        return Character.toLowerCase(line.charAt(0)) + line.substring(1);
    }

    void heading(String name) {
        macro("Sh", name);
    }

    void part(String name) {
        macro("Ss", name);
    }

    void macro(String macro, String arguments) {
        text.append('.').append(macro);
        if (!arguments.isEmpty()) {
            text.append(' ').append(arguments);
        }
        text.append('\n');
    }

    /** Text in lines of the source, a new one after each sentence. */
    void say(String words) {
        StringBuilder line = new StringBuilder();
        for (String word : words.strip().split("\\s+", -1)) {
            if (line.length() > 0 && line.length() + 1 + word.length() > WIDTH) {
                end(line);
            }
            line.append(line.length() == 0 ? "" : " ").append(escaped(word));
            if (word.matches(".*[.!?:;]") && !word.equals("...") && word.matches(".*[.!?]")) {
                end(line);
            }
        }
        end(line);
    }

    private void end(StringBuilder line) {
        if (line.length() > 0) {
            boolean control = line.charAt(0) == '.' || line.charAt(0) == '\'';
            text.append(control ? "\\&" : "").append(line).append('\n');
            line.setLength(0);
        }
    }

    /** A text as an argument of a macro: no word of it may be taken for one. */
    static String argument(String text) {
        String escaped = escaped(text).replace("\"", "\"\"");
        return "\""
                + (escaped.matches("[A-Z%][A-Za-z0-9]{1,2}|[.,:;()\\[\\]?!|]") ? "\\&" : "")
                + escaped
                + "\"";
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\e")
                .replace("\u2026", "...")
                .replace("\u00a0", "\\ ")
                .replace("\u00b1", "+-")
                .replace("\u2019", "'");
    }

    /** A list of terms with what they mean. */
    void terms(List<Term> terms) {
        if (terms.isEmpty()) {
            return;
        }
        macro("Bl", "-tag -width Ds");
        for (Term term : terms) {
            macro("It", term.macros());
            say(term.meaning().isEmpty() ? "No more is said." : term.meaning());
        }
        macro("El", "");
    }

    /**
     * @param macros such as {@code Fl -json}
     */
    record Term(String macros, String meaning) {}

    @Override
    public String toString() {
        return text.toString();
    }
}
