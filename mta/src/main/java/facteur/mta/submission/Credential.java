package facteur.mta.submission;

import facteur.config.Campaigns;
import facteur.config.unit.Network;
import facteur.mail.address.Domain;
import facteur.mail.message.TrackingMode;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Who submits, and what he may.
 *
 * @param senderDomains of the reverse-path; empty for any
 * @param networks where from; empty for anywhere
 */
public record Credential(
        String user,
        Campaigns campaigns,
        List<Domain> senderDomains,
        Optional<TrackingMode> tracking,
        boolean allowNullSender,
        List<Network> networks) {
    public Credential {
        senderDomains = List.copyOf(senderDomains);
        networks = List.copyOf(networks);
    }

    public boolean maySendFrom(Domain domain) {
        return senderDomains.isEmpty() || senderDomains.stream().anyMatch(domain::isWithin);
    }

    public boolean mayConnectFrom(InetAddress client) {
        return networks.isEmpty()
                || networks.stream().anyMatch(network -> network.contains(client));
    }
}
