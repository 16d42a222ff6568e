package facteur.admin.control;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What needs an operator's eye now. */
@FunctionalInterface
public interface Alerts {
    /**
     * Something that is wrong.
     *
     * @param kind {@code refusal_jump}: a site that used to take mail suddenly refuses nearly
     *     everybody in the same words, so these hard bounces suppress nobody; {@code not_ready}:
     *     the server cannot do its work
     * @param subject the site; empty when it is the server
     * @param detail the refusal, or what is wrong
     * @param since empty when that is not known
     * @param count hard bounces that suppress nobody
     */
    record Alert(String kind, String subject, String detail, Optional<Instant> since, long count) {
        public static Alert refusalJump(String site, String reply, Instant since, long count) {
            return new Alert("refusal_jump", site, reply, Optional.of(since), count);
        }

        public static Alert notReady(String problem) {
            return new Alert("not_ready", "", problem, Optional.empty(), 0);
        }
    }

    List<Alert> now();
}
