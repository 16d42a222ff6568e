package facteur.config;

import facteur.config.unit.Network;
import facteur.mail.address.Domain;
import facteur.mail.message.TrackingMode;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who may submit, and what.
 *
 * @param senderDomains domains allowed in the reverse-path, with what lies below them; empty: any
 * @param from whether they hold for the header fields From and Sender too
 * @param tracking at most this much is tracked of this credential's mail
 * @param allowNullSender whether the null reverse-path, that of notifications, may be used
 * @param networks from where the credential may be used; empty: from anywhere
 * @param maxAge overrides the delivery's own
 * @param limits how much it may hand in
 */
public record CredentialSettings(
        String user,
        Secret password,
        AllowedCampaigns campaigns,
        List<Domain> senderDomains,
        From from,
        Optional<TrackingMode> tracking,
        boolean allowNullSender,
        List<Network> networks,
        Optional<Duration> maxAge,
        CredentialLimits limits) {
    /** Where {@code senderDomains} hold. */
    public enum From {
        /** In the reverse-path alone. */
        ENVELOPE,
        /** In the header fields that people read as well. */
        STRICT;

        /** The choice where none is made. */
        public static From unsaid(List<Domain> senderDomains) {
            return senderDomains.isEmpty() ? ENVELOPE : STRICT;
        }

        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public CredentialSettings {
        senderDomains = List.copyOf(senderDomains);
        networks = List.copyOf(networks);
    }

    /** The same with another password. */
    public CredentialSettings withPassword(Secret other) {
        return new CredentialSettings(
                user,
                other,
                campaigns,
                senderDomains,
                from,
                tracking,
                allowNullSender,
                networks,
                maxAge,
                limits);
    }

    /** A credential without restrictions, as the first start makes one. */
    public static CredentialSettings unrestricted(String user, Secret password) {
        return new CredentialSettings(
                user,
                password,
                new AllowedCampaigns.Any(),
                List.of(),
                From.ENVELOPE,
                Optional.empty(),
                true, // a receipt that must not bounce into a loop
                List.of(),
                Optional.empty(),
                CredentialLimits.NONE);
    }
}
