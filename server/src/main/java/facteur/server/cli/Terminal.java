package facteur.server.cli;

import java.util.OptionalInt;

/**
 * The terminal that a command prints to, as its launcher found it ({@code stty size}); empty where
 * standard output is no terminal.
 */
record Terminal(OptionalInt rows, OptionalInt columns) {
    static final Terminal NONE = new Terminal(OptionalInt.empty(), OptionalInt.empty());

    // Narrower than that nothing can be read; a terminal that says 0 does not know.
    private static final int LEAST = 20;

    static Terminal ofThisProcess() {
        String size = System.getenv("FACTEUR_TERMINAL");
        return size == null ? NONE : of(size);
    }

    /** Reads rows and columns, such as {@code 24 80}. */
    static Terminal of(String size) {
        int blank = size.indexOf(' ');
        if (blank < 0 || !size.matches("[0-9]{1,5} [0-9]{1,5}")) {
            return NONE;
        }
        int columns = Integer.parseInt(size.substring(blank + 1));
        return columns < LEAST
                ? NONE
                : new Terminal(
                        OptionalInt.of(Integer.parseInt(size.substring(0, blank))),
                        OptionalInt.of(columns));
    }
}
