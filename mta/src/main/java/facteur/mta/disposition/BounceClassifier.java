package facteur.mta.disposition;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import facteur.mail.outcome.Stage;
import facteur.mail.smtp.EnhancedStatus;
import facteur.mail.smtp.Reply;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads refusals by rules. Servers repeat themselves: rulings are remembered by the masked reply,
 * so that nearly every one costs a look-up. Any thread.
 */
public final class BounceClassifier {
    // A masked reply has some hundred characters: a few MiB together.
    private static final int REMEMBERED = 10_000;

    private record Key(Stage stage, String host, Refusal refusal) {}

    private final BounceRules rules;
    private final Cache<Key, Ruling> remembered =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    public BounceClassifier(BounceRules rules) {
        this.rules = rules;
    }

    public BounceRules rules() {
        return rules;
    }

    /**
     * Rules on a reply.
     *
     * @param host name of the MX host that spoke, or the suffix its provider is known by
     */
    public Ruling classify(Stage stage, Optional<String> host, Reply reply) {
        return classify(stage, host, Refusal.of(reply));
    }

    /**
     * Rules on a text: a reply with its code ({@code 550 5.1.1 no such user}), a report's
     * diagnostic that quotes one, or words alone.
     */
    public Ruling classify(Stage stage, Optional<String> host, String text) {
        return classify(stage, host, Refusal.of(text));
    }

    private Ruling classify(Stage stage, Optional<String> host, Refusal refusal) {
        Key key = new Key(stage, host.orElse(""), refusal);
        return remembered.get(key, _ -> rules.rule(stage, host, refusal));
    }

    /** The enhanced code that a text holds, wherever it stands. */
    public static Optional<EnhancedStatus> status(String text) {
        return Refusal.of(text).status();
    }

    /** Whether a text begins with a reply code 400 to 599 or quotes a reply further on. */
    public static boolean quotesReply(String text) {
        return QuotedReply.find(text.strip()) >= 0;
    }

    /**
     * A refusal as it is told from others of the same site: codes and words, without what may be an
     * id of the moment. Unlike the masked text it need not keep short codes of a provider apart.
     */
    public static String wording(Reply reply) {
        Refusal refusal = Refusal.of(reply);
        String words =
                Arrays.stream(refusal.text().split(" "))
                        .filter(word -> word.chars().noneMatch(Character::isDigit))
                        .collect(Collectors.joining(" "));
        return refusal.code() + " " + refusal.status().map(s -> s + " ").orElse("") + words;
    }

    /** What the rules see of a text, for {@code rules explain}. */
    public static String masked(String text) {
        Refusal refusal = Refusal.of(text);
        return (refusal.code() == StatusFinder.NO_CODE ? "" : refusal.code() + " ")
                + refusal.status().map(s -> s + " ").orElse("")
                + refusal.text();
    }
}
