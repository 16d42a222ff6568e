package facteur.testkit.smtp;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/**
 * What a provider sends back for mail it first accepted. Pure text.
 *
 * @param from its reverse path, empty for the null one
 * @param message the bytes, with CRLF line ends
 */
@SuppressWarnings("ArrayRecordComponent") // made, sent, forgotten; never compared
record FeedbackMail(String from, byte[] message) {
    private static final int MAX_RETURNED = 64 << 10;

    static FeedbackMail of(ServerAct.Return back, ProviderOptions options, Instant now) {
        String host = options.hostName();
        String text =
                switch (back.kind()) {
                    case COMPLAIN -> complaint(back, host, now);
                    case AUTOREPLY -> automaticReply(back, host, now);
                    default -> bounce(back, options, now);
                };
        // A bounce or an answer must not be answered (RFC 3464 2, RFC 3834 3.3); a complaint comes
        // from a desk.
        String from = back.kind() == RecipientBehaviour.COMPLAIN ? "feedback@" + host : "";
        return new FeedbackMail(from, crlf(text).getBytes(StandardCharsets.UTF_8));
    }

    /** RFC 3464, in RFC 6522's multipart/report. */
    private static String bounce(ServerAct.Return back, ProviderOptions options, Instant now) {
        String host = options.hostName();
        ServerReply unknown =
                options.preset()
                        .reply(
                                Situation.UNKNOWN,
                                Map.of(
                                        "host",
                                        host,
                                        "to",
                                        back.recipient(),
                                        "domain",
                                        domain(back.recipient()),
                                        "id",
                                        id(back, now)));
        String original = Headers.block(back.taken().message());
        return head(
                        back,
                        host,
                        now,
                        "Mail Delivery System <MAILER-DAEMON@" + host + ">",
                        "Undelivered Mail Returned to Sender")
                + """
                Auto-Submitted: auto-replied
                Content-Type: multipart/report; report-type=delivery-status; boundary="=_lab"

                --=_lab
                Content-Type: text/plain; charset=utf-8

                This is the mail system at %1$s.

                Your message could not be delivered to %2$s:
                %3$s

                --=_lab
                Content-Type: message/delivery-status

                Reporting-MTA: dns; %1$s
                Arrival-Date: %4$s

                Final-Recipient: rfc822; %2$s
                Original-Recipient: rfc822;%2$s
                Action: failed
                Status: 5.1.1
                Remote-MTA: dns; backend.%1$s
                Diagnostic-Code: smtp; %5$s

                --=_lab
                Content-Type: text/rfc822-headers

                %6$s
                --=_lab--
                """
                        .formatted(
                                host,
                                back.recipient(),
                                unknown,
                                date(back.taken().at()),
                                unknown.toString().replace("\n", "\n    "),
                                original);
    }

    /** RFC 5965. */
    private static String complaint(ServerAct.Return back, String host, Instant now) {
        return head(back, host, now, "Feedback Loop <feedback@" + host + ">", "Abuse report")
                + """
                Content-Type: multipart/report; report-type=feedback-report; boundary="=_lab"

                --=_lab
                Content-Type: text/plain; charset=utf-8

                This is an email abuse report for a message received on %4$s from %5$s.

                --=_lab
                Content-Type: message/feedback-report

                Feedback-Type: abuse
                User-Agent: %1$s-feedback/1.0
                Version: 1
                Original-Mail-From: <%3$s>
                Original-Rcpt-To: <%2$s>
                Arrival-Date: %4$s
                Source-IP: %5$s
                Reported-Domain: %6$s

                --=_lab
                Content-Type: message/rfc822

                %7$s
                --=_lab--
                """
                        .formatted(
                                host,
                                back.recipient(),
                                back.taken().mailFrom(),
                                date(back.taken().at()),
                                back.taken().peer().getHostAddress(),
                                domain(back.taken().mailFrom()),
                                returned(back.taken()));
    }

    /** RFC 3834. */
    private static String automaticReply(ServerAct.Return back, String host, Instant now) {
        String subject = back.taken().header("Subject").orElse("your message");
        String answered =
                back.taken().header("Message-ID").map(m -> "In-Reply-To: " + m + "\n").orElse("");
        return head(back, host, now, "<" + back.recipient() + ">", "Out of office: " + subject)
                + answered
                + """
                Auto-Submitted: auto-replied
                Precedence: bulk
                Content-Type: text/plain; charset=utf-8

                I am away until Monday and will answer then.
                """;
    }

    private static String head(
            ServerAct.Return back, String host, Instant now, String from, String subject) {
        return """
        From: %s
        To: <%s>
        Subject: %s
        Date: %s
        Message-ID: <%s@%s>
        MIME-Version: 1.0
        """
                .formatted(from, back.taken().mailFrom(), subject, date(now), id(back, now), host);
    }

    private static String id(ServerAct.Return back, Instant now) {
        long mixed = 31L * back.recipient().hashCode() + back.taken().connection();
        return Long.toString(now.toEpochMilli(), 36) + "." + Long.toUnsignedString(mixed, 36);
    }

    private static String returned(TakenMessage takenMessage) {
        byte[] message = takenMessage.message();
        return message.length <= MAX_RETURNED
                ? takenMessage.text()
                : Headers.block(message) + "\n(the rest is left out)\n";
    }

    private static String domain(String address) {
        return address.substring(address.lastIndexOf('@') + 1);
    }

    private static String date(Instant at) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(at.atOffset(ZoneOffset.UTC));
    }

    private static String crlf(String text) {
        return text.replace("\r\n", "\n").replace("\n", "\r\n");
    }
}
