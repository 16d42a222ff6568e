package facteur.admin.control;

import java.util.List;

/** Looks from outside at what must be published for a sending domain. */
public interface SetupCheck {
    /** How a finding stands. */
    enum State {
        GOOD,
        WEAK,
        MISSING,
        /** It could not be looked up. */
        UNKNOWN
    }

    /**
     * One finding.
     *
     * @param what {@code spf}, {@code dkim}, {@code dmarc}, {@code ptr}, {@code ehlo}, {@code tls}
     *     or {@code tracking}
     * @param found what is published, or why it is not known
     * @param publish the record to publish, or empty
     */
    record Finding(String what, State state, String found, String publish) {}

    /** Findings for a sending domain; takes seconds. */
    List<Finding> check(String domain);

    /** Nothing is looked up. */
    static SetupCheck none() {
        return _ -> List.of();
    }
}
