package facteur.message.render;

import facteur.mail.address.Domain;
import facteur.message.dkim.FromDomain;
import facteur.message.mime.HeaderBlock;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;

/**
 * The field under which Gmail sums up complaints: three free names and, last, one that stands for
 * the sender. Names are lower-case letters, digits and dashes here.
 */
final class FeedbackId {
    private static final int MAX_NAME = 40;
    private static final int MAX_SENDER = 15;
    private static final int MIN_SENDER = 5;

    private FeedbackId() {}

    static Optional<String> field(HeaderBlock header, RecipientCopy recipientCopy) {
        if (header.has("feedback-id")) {
            return Optional.empty();
        }
        String campaign = recipientCopy.campaign().map(name -> name(name, MAX_NAME)).orElse("none");
        String kind = recipientCopy.campaign().isPresent() ? "campaign" : "transactional";
        Domain author =
                FromDomain.of(header)
                        .orElse(recipientCopy.returnPath().orElse(recipientCopy.hostname()));
        String sender = name(author.name(), MAX_SENDER);
        return Optional.of(
                "Feedback-ID: %s:%s:facteur:%s\r\n".formatted(campaign, kind, pad(sender)));
    }

    private static String pad(String sender) {
        return sender.length() < MIN_SENDER ? sender + "-mail" : sender;
    }

    private static String name(String text, int limit) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFD).toLowerCase(Locale.ROOT);
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < plain.length() && name.length() < limit; i++) {
            char c = plain.charAt(i);
            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
                name.append(c);
            } else if (c < 0x80 && !name.isEmpty() && name.charAt(name.length() - 1) != '-') {
                name.append('-');
            }
        }
        return name.isEmpty() ? "none" : name.toString();
    }
}
