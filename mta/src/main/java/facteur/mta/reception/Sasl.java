package facteur.mta.reception;

import facteur.mta.submission.Credentials;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * The talk that AUTH begins: PLAIN (RFC 4616), LOGIN or SCRAM-SHA-256 (RFC 7677), as RFC 4954
 * carries them. Ends with a user and a password to be looked at, with a proof, or with a refusal.
 */
public final class Sasl {
    private static final Step NOT_BASE64 =
            new Step.Refused("501 5.5.2 the answer is not base64 (RFC 4954 4)");
    private static final Step.Challenge USER = challenge("Username:");
    private static final Step.Challenge PASSWORD = challenge("Password:");

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int NONCE_OCTETS = 18;

    private enum Awaits {
        PLAIN,
        LOGIN_USER,
        LOGIN_PASSWORD,
        SCRAM_FIRST,
        SCRAM_FINAL,
        /** The client has seen our signature and says nothing more. */
        SCRAM_END
    }

    /** What comes of a line of the client. */
    public sealed interface Step {
        /**
         * @param text base64, what follows 334
         */
        record Challenge(String text) implements Step {}

        /** The user has shown that they have the password. */
        record Proven(String user) implements Step {}

        /** The user has not. */
        record Failed(String user) implements Step {}

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

    private final Credentials credentials;
    private Awaits awaits;
    private String user = "";
    private @Nullable Scram scram;

    private Sasl(Awaits awaits, Credentials credentials) {
        this.awaits = awaits;
        this.credentials = credentials;
    }

    /** Whose password it is about, as far as it was said; empty before. */
    public String user() {
        return user;
    }

    /** The mechanisms that can be announced, the best first. */
    public static List<String> mechanisms(Credentials credentials) {
        return credentials.offerScram()
                ? List.of("SCRAM-SHA-256", "PLAIN", "LOGIN")
                : List.of("PLAIN", "LOGIN");
    }

    /** The talk for a mechanism; empty when it is not offered. */
    public static Optional<Sasl> of(String mechanism, Credentials credentials) {
        return switch (mechanism.toUpperCase(Locale.ROOT)) {
            case "PLAIN" -> Optional.of(new Sasl(Awaits.PLAIN, credentials));
            case "LOGIN" -> Optional.of(new Sasl(Awaits.LOGIN_USER, credentials));
            case "SCRAM-SHA-256" ->
                    Optional.of(new Sasl(Awaits.SCRAM_FIRST, credentials))
                            .filter(_ -> credentials.offerScram());
            default -> Optional.empty();
        };
    }

    /**
     * @param initial the initial response of the AUTH command: nothing, {@code =} for an empty one,
     *     or base64
     */
    public Step begin(String initial) {
        if (initial.isEmpty()) {
            return awaits == Awaits.LOGIN_USER ? USER : new Step.Challenge("");
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
            case SCRAM_FIRST -> first(answer);
            case SCRAM_FINAL -> proof(answer);
            case SCRAM_END -> new Step.Proven(user);
        };
    }

    private Step first(String message) {
        Optional<Scram.First> first = Scram.first(message);
        if (first.isEmpty()) {
            return new Step.Refused(
                    "501 5.5.2 not a first message of SCRAM without channel binding (RFC 5802 7)");
        }
        byte[] nonce = new byte[NONCE_OCTETS];
        RANDOM.nextBytes(nonce);
        user = first.get().user();
        scram =
                new Scram(
                        first.get(),
                        Base64.getEncoder().encodeToString(nonce),
                        credentials.scramKeys(user));
        awaits = Awaits.SCRAM_FINAL;
        return challenge(scram.serverFirst());
    }

    private Step proof(String message) {
        Optional<String> signature = Objects.requireNonNull(scram).serverFinal(message);
        awaits = Awaits.SCRAM_END;
        return signature.<Step>map(Sasl::challenge).orElseGet(() -> new Step.Failed(user));
    }

    /** RFC 4616 2: authorization identity, NUL, authentication identity, NUL, password. */
    private Step plain(String message) {
        String[] parts = message.split("\0", -1);
        if (parts.length != 3 || parts[1].isEmpty()) {
            return new Step.Refused("501 5.5.2 PLAIN takes identity, user and password (RFC 4616)");
        }
        if (!parts[0].isEmpty() && !parts[0].equalsIgnoreCase(parts[1])) {
            return new Step.Refused("535 5.7.8 nobody acts for another user here");
        }
        user = parts[1];
        return new Step.Offered(user, parts[2]);
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
                Base64.getEncoder().encodeToString(prompt.getBytes(StandardCharsets.UTF_8)));
    }
}
