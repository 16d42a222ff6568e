package facteur.mta.submission;

/**
 * Why a message is not taken.
 *
 * @param code 4xx: try again; 5xx: do not
 * @param enhanced such as {@code 5.6.0}
 */
public record SubmissionRefusal(int code, String enhanced, String text) {
    /** The content is not one that can be sent on (RFC 3463 3.7). */
    static SubmissionRefusal malformed(String text) {
        return new SubmissionRefusal(554, "5.6.0", text);
    }

    @Override
    public String toString() {
        return code + " " + enhanced + " " + text;
    }
}
