package facteur.mta.submission;

import facteur.config.AllowedCampaigns;
import facteur.config.CredentialLimits;
import facteur.config.CredentialSettings;
import facteur.config.unit.Network;
import facteur.mail.address.Domain;
import facteur.mail.message.TrackingMode;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Who submits, and with what rights.
 *
 * @param senderDomains of the reverse-path; empty for any
 * @param from whether they hold for the header as well
 * @param networks where from; empty for anywhere
 * @param limits how much
 */
public record Credential(
        String user,
        AllowedCampaigns campaigns,
        List<Domain> senderDomains,
        CredentialSettings.From from,
        Optional<TrackingMode> tracking,
        boolean allowNullSender,
        List<Network> networks,
        CredentialLimits limits) {
    public Credential {
        senderDomains = List.copyOf(senderDomains);
        networks = List.copyOf(networks);
    }

    static Credential of(CredentialSettings settings) {
        return new Credential(
                settings.user(),
                settings.campaigns(),
                settings.senderDomains(),
                settings.from(),
                settings.tracking(),
                settings.allowNullSender(),
                settings.networks(),
                settings.limits());
    }

    public boolean maySendFrom(Domain domain) {
        return senderDomains.isEmpty() || senderDomains.stream().anyMatch(domain::isWithin);
    }

    /** Octets of a message at most, when the server takes {@code ofServer}. */
    public long maxSize(long ofServer) {
        return limits.maxMessageSize()
                .map(size -> Math.min(size.bytes(), ofServer))
                .orElse(ofServer);
    }

    public boolean mayConnectFrom(InetAddress client) {
        return networks.isEmpty()
                || networks.stream().anyMatch(network -> network.contains(client));
    }
}
