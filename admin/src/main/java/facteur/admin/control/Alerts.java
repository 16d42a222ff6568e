package facteur.admin.control;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What needs an operator's eye now. */
@FunctionalInterface
public interface Alerts {
    /** What is wrong; the words of a kind say what to do. */
    enum Kind {
        /** Detail: why. */
        JOURNAL_STOPPED(true),
        JOURNAL_WAITS(true),
        /** Count: MiB that are free. */
        DISK_LOW(true),
        /**
         * A site that used to take mail suddenly refuses nearly all recipients in the same words,
         * so these hard bounces suppress no address. Subject: the site; detail: the refusal; count:
         * so many bounces.
         */
        REFUSAL_JUMP(true),
        /** Our resolver answers nothing. Detail: how; count: for so many minutes. */
        RESOLVER_SILENT(true),
        /** Our resolver denies domains that had hosts lately. Count: so many together. */
        RESOLVER_DENIES(true),
        /** Count: hours by which the clock was set, or is away from the newest event. */
        CLOCK_DOUBTED(true),
        /** Detail: the first damaged place of the journal; count: how many there are. */
        DAMAGE(false),
        /** Count: minutes for which the views have stood still. */
        VIEWS_BEHIND(false),
        /** Count: age of the oldest reader in seconds. */
        VIEWS_PINNED(false),
        /** Lines of the mail log are late, or cannot be written. Count: by so many seconds. */
        MAIL_LOG_LATE(false),
        /** Count: how many lately. */
        HITS_DROPPED(false),
        /** Count: how many lately. */
        READERS_TURNED_AWAY(false),
        /**
         * TLS with hosts fails and has not worked in a month, so their mail goes in clear text.
         * Subject: the host for which that is so for longest; detail: how it fails; count: hosts.
         */
        TLS_IN_CLEAR(false),
        /** Subject: the rule; detail: its date. */
        ROBOT_RULES_OLD(false),
        /** Subject: the file; count: days left. */
        CERTIFICATE_ENDS(false);

        private final boolean critical;

        Kind(boolean critical) {
            this.critical = critical;
        }

        /** Whether it costs mail or reputation now. */
        public boolean isCritical() {
            return critical;
        }

        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Something that is wrong; what subject, detail and count are depends on the kind.
     *
     * @param since empty when that is not known
     */
    record Alert(Kind kind, String subject, String detail, Optional<Instant> since, long count) {
        public static Alert of(Kind kind, String subject, String detail, long count) {
            return new Alert(kind, subject, detail, Optional.empty(), count);
        }
    }

    /** What stands now, the worst first; brief, since each page asks. */
    List<Alert> now();
}
