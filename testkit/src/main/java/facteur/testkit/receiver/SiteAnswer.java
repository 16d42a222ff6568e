package facteur.testkit.receiver;

/**
 * What a site answers.
 *
 * @param code 0 for nothing
 * @param closes whether it closes the connection then
 */
public record SiteAnswer(int code, String text, boolean closes) {
    /** The usual consent. */
    static final SiteAnswer OK = new SiteAnswer(250, "2.0.0 OK", false);

    /** The connection is closed without a word. */
    static final SiteAnswer HANGS_UP = new SiteAnswer(0, "", true);

    static SiteAnswer of(int code, String text) {
        return new SiteAnswer(code, text, code == 421);
    }

    public boolean isPositive() {
        return code >= 200 && code < 400;
    }
}
