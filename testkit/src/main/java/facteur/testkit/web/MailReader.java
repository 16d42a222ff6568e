package facteur.testkit.web;

import java.util.List;

/**
 * Who opens a delivered message, and what they do: people, the proxies they read through, and
 * robots.
 */
public enum MailReader {
    /** Opens in a browser, and follows the first link. */
    PERSON(Agents.FIREFOX, Agents.FIREFOX, Sweep.FIRST_LINK),
    /** Opens, and follows nothing. */
    PERSON_ONLY_OPENING(Agents.THUNDERBIRD, Agents.THUNDERBIRD, Sweep.NO_LINK),
    /** Images are off; follows the first link. */
    PERSON_WITHOUT_IMAGES("", Agents.FIREFOX, Sweep.FIRST_LINK),
    /** Images come through Google's proxy, the click from the phone. */
    PERSON_AT_GMAIL(Agents.GOOGLE_PROXY, Agents.CHROME_ANDROID, Sweep.FIRST_LINK),
    /** As {@link #PERSON_AT_GMAIL}, at Yahoo. */
    PERSON_AT_YAHOO(Agents.YAHOO_PROXY, Agents.FIREFOX, Sweep.FIRST_LINK),
    /** Apple loads the images of all mail beforehand, whoever reads it. */
    APPLE_PRIVACY("Mozilla/5.0", "", Sweep.NO_LINK),
    /** A security gateway: HEAD on every link within a second. */
    LINK_SCANNER("", Agents.OLD_CHROME, Sweep.HEAD_ALL),
    /** A script: GET on the image and on every link. */
    SCRIPT("python-requests/2.32.3", "python-requests/2.32.3", Sweep.GET_ALL),
    /** A crawler that says so. */
    CRAWLER(
            "Mozilla/5.0 (compatible; ExampleBot/2.1; +https://crawler.example/bot)",
            "Mozilla/5.0 (compatible; ExampleBot/2.1; +https://crawler.example/bot)",
            Sweep.GET_ALL);

    /** Which links are followed, and how. */
    enum Sweep {
        NO_LINK,
        FIRST_LINK,
        GET_ALL,
        HEAD_ALL
    }

    private final String imageAgent;
    private final String linkAgent;
    private final Sweep sweep;

    MailReader(String imageAgent, String linkAgent, Sweep sweep) {
        this.imageAgent = imageAgent;
        this.linkAgent = linkAgent;
        this.sweep = sweep;
    }

    /** Empty when images are not loaded. */
    String imageAgent() {
        return imageAgent;
    }

    String linkAgent() {
        return linkAgent;
    }

    Sweep sweep() {
        return sweep;
    }

    /** Whether a person is behind it, as far as the request tells. */
    public boolean human() {
        return switch (this) {
            case PERSON,
                    PERSON_ONLY_OPENING,
                    PERSON_WITHOUT_IMAGES,
                    PERSON_AT_GMAIL,
                    PERSON_AT_YAHOO ->
                    true;
            case APPLE_PRIVACY, LINK_SCANNER, SCRIPT, CRAWLER -> false;
        };
    }

    /** All that are people. */
    public static List<MailReader> people() {
        return List.of(values()).stream().filter(MailReader::human).toList();
    }

    private static final class Agents {
        static final String FIREFOX =
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
        static final String THUNDERBIRD =
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101"
                        + " Thunderbird/128.3.1";
        static final String CHROME_ANDROID =
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
                        + " Chrome/126.0.0.0 Mobile Safari/537.36";
        static final String OLD_CHROME =
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
                        + " Chrome/79.0.3945.79 Safari/537.36";
        static final String GOOGLE_PROXY =
                "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com"
                        + " GoogleImageProxy)";
        static final String YAHOO_PROXY =
                "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html";
    }
}
