package facteur.server.setup;

import facteur.admin.control.SetupCheck.Finding;
import facteur.admin.control.SetupCheck.Reason;
import facteur.admin.control.SetupCheck.What;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks block lists for an address (RFC 5782). What is in 127.0.0.0/24 is a listing; 127.255.255.x
 * is how a list says that it does not answer this resolver, and is no listing; whatever else comes
 * was not said by the list.
 */
final class BlockListCheck {
    static final List<String> LISTS = List.of("zen.spamhaus.org", "bl.spamcop.net");

    private final DnsQuestions dns;

    BlockListCheck(DnsQuestions dns) {
        this.dns = dns;
    }

    List<Finding> look(InetAddress address) {
        List<Finding> findings = new ArrayList<>();
        if (address instanceof Inet4Address) {
            LISTS.forEach(list -> findings.add(look(address, list)));
        }
        return findings;
    }

    private Finding look(InetAddress address, String list) {
        String ip = address.getHostAddress();
        byte[] octets = address.getAddress();
        StringBuilder name = new StringBuilder();
        for (int i = octets.length - 1; i >= 0; i--) {
            name.append(octets[i] & 0xff).append('.');
        }
        String asked = name.append(list).toString();
        try {
            List<InetAddress> answers = dns.addresses(asked);
            return finding(asked, reason(answers), answers, ip, list);
        } catch (DnsQuestions.Unanswered e) {
            return finding(asked, Reason.BLOCKLIST_SILENT, List.of(), ip, list);
        }
    }

    static Reason reason(List<InetAddress> answers) {
        if (answers.isEmpty()) {
            return Reason.BLOCKLIST_CLEAN;
        }
        if (answers.stream().anyMatch(answer -> begins(answer, 127, 0, 0))) {
            return Reason.BLOCKLIST_LISTED;
        }
        return answers.stream().allMatch(answer -> begins(answer, 127, 255, 255))
                ? Reason.BLOCKLIST_REFUSES
                : Reason.BLOCKLIST_FALSE;
    }

    private static boolean begins(InetAddress answer, int... octets) {
        byte[] address = answer.getAddress();
        for (int i = 0; i < octets.length; i++) {
            if (address.length != 4 || (address[i] & 0xff) != octets[i]) {
                return false;
            }
        }
        return true;
    }

    private static Finding finding(
            String asked, Reason reason, List<InetAddress> answers, String ip, String list) {
        return new Finding(
                What.BLOCKLIST,
                asked,
                reason,
                List.of(ip, list),
                String.join(", ", answers.stream().map(InetAddress::getHostAddress).toList()),
                "");
    }
}
