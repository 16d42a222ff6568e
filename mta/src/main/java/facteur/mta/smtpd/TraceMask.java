package facteur.mta.smtpd;

import java.util.Locale;
import java.util.Set;

/**
 * What an operator may see of a client's line. Only what is sure to be a command without a secret
 * is shown; everything else may be a password: the answer to a challenge, AUTH in any spelling,
 * what a client sends on behind an AUTH that was refused, a misspelt AUTH.
 */
public final class TraceMask {
    static final String MASK = "********";

    private static final Set<String> ALONE = Set.of("DATA", "RSET", "NOOP", "QUIT", "STARTTLS");
    private static final Set<String> GREETINGS = Set.of("EHLO", "HELO");
    private static final Set<String> MECHANISMS = Set.of("PLAIN", "LOGIN", "SCRAM-SHA-256");

    private TraceMask() {}

    /**
     * @param answersChallenge whether the line is what a 334 asked for
     */
    public static String shown(String line, boolean answersChallenge) {
        if (answersChallenge) {
            return MASK;
        }
        String[] words = line.strip().split("[\\s\\p{Z}\\p{C}]+", -1);
        String verb = words[0].toUpperCase(Locale.ROOT);
        if (verb.equals("AUTH")) {
            String mechanism = words.length > 1 ? words[1].toUpperCase(Locale.ROOT) : "";
            boolean known = MECHANISMS.contains(mechanism);
            return words.length == 1 || (known && words.length == 2)
                    ? String.join(" ", words)
                    : "AUTH " + (known ? mechanism + " " : "") + MASK;
        }
        boolean plain =
                (ALONE.contains(verb) && words.length == 1)
                        || (GREETINGS.contains(verb) && words.length <= 2)
                        || (verb.equals("MAIL") && names(words, "FROM:"))
                        || (verb.equals("RCPT") && names(words, "TO:"));
        return plain ? line.strip() : MASK + " (no command known here)";
    }

    private static boolean names(String[] words, String prefix) {
        return words.length > 1 && words[1].regionMatches(true, 0, prefix, 0, prefix.length());
    }
}
