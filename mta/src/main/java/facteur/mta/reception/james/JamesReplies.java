package facteur.mta.reception.james;

import org.apache.james.protocols.smtp.SMTPResponse;

/** Replies in James' form. */
final class JamesReplies {
    private JamesReplies() {}

    /**
     * @param reply code, space, text
     */
    static SMTPResponse of(String reply) {
        return new SMTPResponse(reply.substring(0, 3), reply.substring(4));
    }

    static SMTPResponse last(String reply) {
        SMTPResponse response = of(reply);
        response.setEndSession(true);
        return response;
    }
}
