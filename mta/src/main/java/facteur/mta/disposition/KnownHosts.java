package facteur.mta.disposition;

import java.util.Optional;
import java.util.Set;

/** Hosts whose names in a refusal say who refused, or on whose word: large sites, block lists. */
final class KnownHosts {
    private static final Set<String> NAMES =
            Set.of(
                    // block lists
                    "spamhaus.org",
                    "spamhaus.net",
                    "spamcop.net",
                    "sorbs.net",
                    "barracudacentral.org",
                    "barracudanetworks.com",
                    "abuseat.org",
                    "uceprotect.net",
                    "backscatterer.org",
                    "mailspike.net",
                    "mailspike.org",
                    "spamrats.com",
                    "psbl.surriel.com",
                    "surriel.com",
                    "senderscore.com",
                    "senderscore.org",
                    "senderbase.org",
                    "talosintelligence.com",
                    "invaluement.com",
                    "gbudb.net",
                    "manitu.net",
                    "inps.de",
                    "blocklist.de",
                    "dnsbl.info",
                    "njabl.org",
                    "ahbl.org",
                    "spfbl.net",
                    "0spam.org",
                    "junkemailfilter.com",
                    "mail-abuse.org",
                    "mail-abuse.com",
                    "dsbl.org",
                    "cymru.com",
                    "s5h.net",
                    "wpbl.info",
                    "cloudmark.com",
                    "proofpoint.com",
                    "trustedsource.org",
                    "trendmicro.com",
                    "uribl.com",
                    "surbl.org",
                    "nixspam.net",
                    "anti-spam.org.cn",
                    "rbl.jp",
                    "interserver.net",
                    "abusix.zone",
                    "abusix.com",
                    "mcafee.com",
                    "cloudfilter.net",
                    "hostkarma.com",
                    // large sites and filters
                    "google.com",
                    "gmail.com",
                    "googlemail.com",
                    "outlook.com",
                    "hotmail.com",
                    "live.com",
                    "microsoft.com",
                    "office.com",
                    "office365.com",
                    "yahoo.com",
                    "yahooinc.com",
                    "yahoo.net",
                    "yahoodns.net",
                    "aol.com",
                    "icloud.com",
                    "apple.com",
                    "mimecast.com",
                    "symanteccloud.com",
                    "messagelabs.com",
                    "pphosted.com",
                    "gmx.net",
                    "gmx.com",
                    "web.de",
                    "t-online.de",
                    "qq.com",
                    "163.com",
                    "126.com",
                    "netease.com",
                    "mail.ru",
                    "yandex.ru",
                    "orange.fr",
                    "laposte.net",
                    "free.fr",
                    "sfr.fr",
                    "comcast.net",
                    "xfinity.com",
                    "cox.net",
                    "cox.com",
                    "spectrum.net",
                    "charter.net",
                    "att.net",
                    "secureserver.net",
                    "zoho.com",
                    "protonmail.com",
                    "libero.it",
                    "rambler.ru",
                    "naver.com",
                    "openspf.org",
                    "spf.pobox.com",
                    "pobox.com",
                    "fastmail.com",
                    "mailchannels.net");

    private KnownHosts() {}

    /** The known name that {@code host} is or lies below. */
    static Optional<String> suffix(String host) {
        for (int at = 0; at >= 0; at = nextLabel(host, at)) {
            String suffix = host.substring(at);
            if (NAMES.contains(suffix)) {
                return Optional.of(suffix);
            }
        }
        return Optional.empty();
    }

    private static int nextLabel(String host, int at) {
        int dot = host.indexOf('.', at);
        return dot < 0 ? -1 : dot + 1;
    }
}
