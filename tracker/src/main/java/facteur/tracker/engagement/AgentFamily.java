package facteur.tracker.engagement;

import java.util.List;
import java.util.Locale;

/** The family of a user agent: all that is kept of it. */
final class AgentFamily {
    // The more particular first: Edge and Opera also say Chrome, Chrome also says Safari.
    private static final List<String> FAMILIES =
            List.of(
                    "GoogleImageProxy",
                    "YahooMailProxy",
                    "Thunderbird",
                    "Outlook",
                    "Edg",
                    "OPR",
                    "Firefox",
                    "Chrome",
                    "Safari",
                    "curl",
                    "Wget",
                    "python");

    private AgentFamily() {}

    static String family(String agent) {
        String lower = agent.toLowerCase(Locale.ROOT);
        for (String family : FAMILIES) {
            if (lower.contains(family.toLowerCase(Locale.ROOT))) {
                return family;
            }
        }
        return agent.isBlank() ? "none" : "other";
    }
}
