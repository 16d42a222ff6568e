package facteur.mta.disposition;

import facteur.mail.smtp.EnhancedStatus;
import facteur.mail.smtp.Reply;

import java.util.List;
import java.util.Optional;

/**
 * A refusal as rules see it: from a server's reply, or from the text of a report, which may quote a
 * reply somewhere or none at all.
 *
 * @param code basic reply code 400 to 599; 0 when there is none
 * @param status the enhanced code that says most, wherever in the text it stood
 * @param text the masked text, see {@link ReplyNormalizer}
 */
record Refusal(int code, Optional<EnhancedStatus> status, String text) {
    private static final String WRAPPER = "Unknown address error";

    static Refusal of(Reply reply) {
        String text = reply.text();
        Optional<EnhancedStatus> status = StatusFinder.best(reply.code(), reply.enhanced(), text);
        return new Refusal(reply.code(), status, ReplyNormalizer.of(text, reply.code(), status));
    }

    /** Reads a text that begins with a reply code, quotes one further on, or has none. */
    static Refusal of(String text) {
        String joined = withoutWrapper(text.strip());
        int codeAt = QuotedReply.find(joined);
        if (codeAt < 0) {
            Optional<EnhancedStatus> status =
                    StatusFinder.best(StatusFinder.NO_CODE, Optional.empty(), joined);
            return new Refusal(
                    StatusFinder.NO_CODE,
                    status,
                    ReplyNormalizer.of(joined, StatusFinder.NO_CODE, status));
        }
        int code = Integer.parseInt(joined.substring(codeAt, codeAt + 3));
        String said = joined.substring(Math.min(codeAt + 4, joined.length()));
        Optional<EnhancedStatus> leading = Reply.of(code, List.of(said)).enhanced();
        Optional<EnhancedStatus> status = StatusFinder.best(code, leading, joined);
        // What stands before the quotation often says why; both are read.
        return new Refusal(code, status, ReplyNormalizer.of(joined, code, status));
    }

    /**
     * IronPort's own words around any refusal whatever: "5.1.0 - Unknown address error 550-'...'".
     */
    private static String withoutWrapper(String text) {
        int at = text.indexOf(WRAPPER);
        boolean wraps = at >= 0 && at < 16 && text.length() > at + WRAPPER.length() + 3;
        return wraps ? text.substring(at + WRAPPER.length()).strip() : text;
    }

    /** Whether the refusal claims to be final: by its basic code, else by its enhanced one. */
    boolean isPermanent() {
        if (code != StatusFinder.NO_CODE) {
            return code >= 500;
        }
        return status.map(s -> s.statusClass() == 5).orElse(true);
    }
}
