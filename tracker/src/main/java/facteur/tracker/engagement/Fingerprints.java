package facteur.tracker.engagement;

import facteur.mail.message.RecipientId;
import facteur.mail.token.Token;

import java.net.InetAddress;
import java.security.SecureRandom;

/**
 * Fingerprints of 64 bits: of a hundred thousand, two are equal by chance once in 10^9 times. They
 * have a key, so that they cannot be predicted.
 */
final class Fingerprints {
    private final long key = new SecureRandom().nextLong();

    /** Equal for hits with the same token, source and agent. */
    long of(Hit hit) {
        return mixed(with(hit.token(), of(hit.client())), hit.agent().hashCode());
    }

    /** Equal for the same token from any client. */
    long of(Token token) {
        return with(token, key);
    }

    /** Equal for the same token on the same day. */
    long of(Token token, long day) {
        return with(token, mixed(key, day));
    }

    /** Equal for the same recipient and source. */
    long of(RecipientId recipient, InetAddress client) {
        return of(recipient, of(client));
    }

    /** Equal for the same recipient and rule. */
    long of(RecipientId recipient, String rule) {
        return of(recipient, mixed(mixed(key, 7), rule.hashCode()));
    }

    private long of(InetAddress client) {
        long print = key;
        for (byte octet : client.getAddress()) {
            print = (print + (octet & 0xff)) * 0x100000001b3L; // FNV-1
        }
        return print;
    }

    private static long with(Token token, long print) {
        return switch (token) {
            case Token.Open(RecipientId recipient) -> of(recipient, mixed(print, 1));
            case Token.Click(RecipientId recipient, int link, String target) ->
                    of(link, target, of(recipient, mixed(print, 2)));
            case Token.Unsubscribe(RecipientId recipient) -> of(recipient, mixed(print, 3));
            case Token.ReturnPath(RecipientId recipient) -> of(recipient, mixed(print, 4));
            case Token.AnonymousOpen(var message) -> mixed(mixed(print, 5), message.value());
            case Token.AnonymousClick(var message, int link, String target) ->
                    of(link, target, mixed(mixed(print, 6), message.value()));
        };
    }

    private static long of(RecipientId recipient, long print) {
        return mixed(mixed(print, recipient.message().value()), recipient.index());
    }

    private static long of(int link, String target, long print) {
        return mixed(mixed(print, link), target.hashCode());
    }

    /** The finish of MurmurHash3: each bit of what is put in changes about half of all bits. */
    private static long mixed(long print, long more) {
        long mixed = print ^ more;
        mixed = (mixed ^ mixed >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
