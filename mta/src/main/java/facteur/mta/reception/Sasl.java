package facteur.mta.reception;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * The talk that AUTH begins: PLAIN (RFC 4616) or LOGIN, as RFC 4954 carries them. Ends with a user
 * and a password to be looked at, or with a refusal.
 */
public final class Sasl {
    private static final Step NOT_BASE64 =
            new Step.Refused("501 5.5.2 the answer is not base64 (RFC 4954 4)");
    private static final Step.Challenge USER = challenge("Username:");
    private static final Step.Challenge PASSWORD = challenge("Password:");

    private enum Awaits {
        PLAIN,
        LOGIN_USER,
        LOGIN_PASSWORD
    }

    /** What comes of a line of the client. */
    public sealed interface Step {
        /**
         * @param text base64, what follows 334
         */
        record Challenge(String text) implements Step {}

        record Offered(String user, String password) implements Step {
            @Override
            public String toString() {
                return "Offered[" + user + "]";
            }
        }

        /**
         * @param reply complete, with its code
         */
        record Refused(String reply) implements Step {}
    }

    private Awaits awaits;
    private String user = "";

    private Sasl(Awaits awaits) {
        this.awaits = awaits;
    }

    /** The talk for a mechanism; empty when it is not known. */
    public static Optional<Sasl> of(String mechanism) {
        return switch (mechanism.toUpperCase(Locale.ROOT)) {
            case "PLAIN" -> Optional.of(new Sasl(Awaits.PLAIN));
            case "LOGIN" -> Optional.of(new Sasl(Awaits.LOGIN_USER));
            default -> Optional.empty();
        };
    }

    /**
     * @param initial the initial response of the AUTH command: nothing, {@code =} for an empty one,
     *     or base64
     */
    public Step begin(String initial) {
        if (initial.isEmpty()) {
            return awaits == Awaits.PLAIN ? new Step.Challenge("") : USER;
        }
        return answer(initial.equals("=") ? "" : initial);
    }

    /**
     * @param line what the client answered to a challenge
     */
    public Step answer(String line) {
        if (line.equals("*")) {
            return new Step.Refused("501 5.7.0 authentication cancelled");
        }
        return decoded(line).map(this::understood).orElse(NOT_BASE64);
    }

    private Step understood(String answer) {
        return switch (awaits) {
            case PLAIN -> plain(answer);
            case LOGIN_USER -> {
                user = answer;
                awaits = Awaits.LOGIN_PASSWORD;
                yield PASSWORD;
            }
            case LOGIN_PASSWORD -> new Step.Offered(user, answer);
        };
    }

    /** RFC 4616 2: authorization identity, NUL, authentication identity, NUL, password. */
    private static Step plain(String message) {
        String[] parts = message.split("\0", -1);
        if (parts.length != 3 || parts[1].isEmpty()) {
            return new Step.Refused("501 5.5.2 PLAIN takes identity, user and password (RFC 4616)");
        }
        if (!parts[0].isEmpty() && !parts[0].equalsIgnoreCase(parts[1])) {
            return new Step.Refused("535 5.7.8 nobody acts for another user here");
        }
        return new Step.Offered(parts[1], parts[2]);
    }

    private static Optional<String> decoded(String line) {
        try {
            byte[] octets = Base64.getDecoder().decode(line);
            return Optional.of(new String(octets, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Step.Challenge challenge(String prompt) {
        return new Step.Challenge(
                Base64.getEncoder().encodeToString(prompt.getBytes(StandardCharsets.US_ASCII)));
    }
}
