package facteur.admin.control;

import facteur.mail.address.Domain;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Looks from outside at what must be published for a sending domain. */
public interface SetupCheck {
    /** What is looked at. */
    enum What {
        SPF,
        DKIM,
        DMARC,
        MX,
        PTR,
        EHLO,
        TLS,
        TRACKING,
        RESOLVER,
        BLOCKLIST,
        FILES,
        STORE,
        LIMITS,
        DISK,
        SYNC,
        CLOCK,
        MEMORY;

        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How a finding stands. */
    enum State {
        GOOD,
        WEAK,
        MISSING,
        /** It could not be looked up. */
        UNKNOWN;

        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What was found, as words explain it; each is filled with the arguments of the finding. */
    enum Reason {
        SPF_COVERS(State.GOOD),
        SPF_NONE(State.MISSING),
        SPF_LACKS(State.MISSING),
        SPF_BROKEN(State.MISSING),
        SPF_UNCLEAR(State.UNKNOWN),
        DKIM_PUBLISHED(State.GOOD),
        DKIM_WAITS(State.WEAK),
        DKIM_ABSENT(State.MISSING),
        DKIM_DIFFERENT(State.MISSING),
        DKIM_NO_KEY(State.MISSING),
        DMARC_ENFORCED(State.GOOD),
        DMARC_MONITORS(State.WEAK),
        DMARC_NONE(State.MISSING),
        DMARC_SEVERAL(State.MISSING),
        MX_FOUND(State.GOOD),
        MX_NONE(State.MISSING),
        PTR_CONFIRMED(State.GOOD),
        PTR_NONE(State.MISSING),
        PTR_UNCONFIRMED(State.MISSING),
        EHLO_MATCHES(State.GOOD),
        EHLO_NO_ADDRESS(State.MISSING),
        EHLO_ELSEWHERE(State.MISSING),
        ADDRESS_UNKNOWN(State.UNKNOWN),
        TLS_VALID(State.GOOD),
        TLS_EXPIRES(State.WEAK),
        TLS_EXPIRED(State.MISSING),
        TLS_SELF_SIGNED(State.WEAK),
        TLS_OTHER_NAME(State.WEAK),
        TLS_UNREADABLE(State.MISSING),
        TRACKING_ANSWERS(State.GOOD),
        TRACKING_CLEAR(State.WEAK),
        TRACKING_EXPIRES(State.WEAK),
        TRACKING_OFF(State.GOOD),
        TRACKING_NO_ADDRESS(State.MISSING),
        TRACKING_SILENT(State.MISSING),
        TRACKING_OTHER(State.MISSING),
        TRACKING_UNTRUSTED(State.MISSING),
        RESOLVER_ANSWERS(State.GOOD),
        RESOLVER_FAILS(State.MISSING),
        BLOCKLIST_CLEAN(State.GOOD),
        BLOCKLIST_LISTED(State.MISSING),
        /** The list does not answer this resolver: nothing is known, and nothing is wrong. */
        BLOCKLIST_REFUSES(State.WEAK),
        BLOCKLIST_FALSE(State.WEAK),
        BLOCKLIST_SILENT(State.WEAK),
        FILES_PRIVATE(State.GOOD),
        FILES_OPEN(State.MISSING),
        FILES_FOREIGN(State.MISSING),
        FILES_NONE(State.MISSING),
        FILES_UNREADABLE(State.UNKNOWN),
        STORE_SOUND(State.GOOD),
        STORE_DAMAGED(State.MISSING),
        LIMITS_ENOUGH(State.GOOD),
        LIMITS_LOW(State.WEAK),
        DISK_ROOM(State.GOOD),
        DISK_FULL(State.MISSING),
        SYNC_FAST(State.GOOD),
        SYNC_SLOW(State.WEAK),
        CLOCK_SYNCHRONISED(State.GOOD),
        CLOCK_FREE(State.WEAK),
        MEMORY_ENOUGH(State.GOOD),
        MEMORY_LITTLE(State.WEAK),
        UNANSWERED(State.UNKNOWN);

        private final State state;

        Reason(State state) {
            this.state = state;
        }

        public State state() {
            return state;
        }

        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One finding.
     *
     * @param subject what was looked for: a name in the DNS, an address, a file or a URL
     * @param arguments what the words of the reason are filled with
     * @param found what is published, as it is; empty when there is nothing to show
     * @param publish the record to publish or the thing to do, for a machine; empty when all is
     *     well
     */
    record Finding(
            What what,
            String subject,
            Reason reason,
            List<String> arguments,
            String found,
            String publish) {
        public Finding {
            arguments = List.copyOf(arguments);
        }

        public State state() {
            return reason.state();
        }
    }

    /**
     * What is known of a domain.
     *
     * @param at when it was looked up; empty: that is still going on, ask again
     */
    record Looked(Optional<Instant> at, List<Finding> findings) {
        public static final Looked UNDER_WAY = new Looked(Optional.empty(), List.of());

        public Looked {
            findings = List.copyOf(findings);
        }
    }

    /**
     * What is known of a sending domain. Answers at once: what is not known is looked up meanwhile,
     * and kept for some minutes.
     *
     * @param anew whether to look again, if it was not just now
     */
    Looked check(Domain domain, boolean anew);
}
