package facteur.testkit.receiver;

/**
 * What a site answers.
 *
 * @param code 0 for nothing
 * @param closes whether it closes the connection then
 */
public record Said(int code, String text, boolean closes) {
    /** The usual consent. */
    static final Said OK = new Said(250, "2.0.0 OK", false);

    /** The connection is closed without a word. */
    static final Said HANGS_UP = new Said(0, "", true);

    static Said of(int code, String text) {
        return new Said(code, text, code == 421);
    }

    public boolean isPositive() {
        return code >= 200 && code < 400;
    }
}
