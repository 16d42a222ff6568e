package facteur.mta.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.outcome.BounceCategory;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRulesReader;
import facteur.mta.disposition.Meaning;
import facteur.mta.disposition.Ruling;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;

@DisplayName("Reading returned mail")
class ReturnedMailReaderTest {
    private final ReturnedMailReader reader =
            new ReturnedMailReader(new BounceClassifier(BounceRulesReader.shipped()));

    @Test
    @DisplayName("Each recipient of a report has its own fate")
    void severalRecipients() {
        ReturnedMail mail =
                read(
                        """
                        From: MAILER-DAEMON@mx.example
                        Subject: Undelivered Mail
                        Content-Type: multipart/report; report-type=delivery-status; boundary=b

                        --b
                        Content-Type: text/plain

                        Some went, some did not.
                        --b
                        Content-Type: message/delivery-status

                        Reporting-MTA: dns; mx.example

                        Final-Recipient: rfc822; gone@a.example
                        Action: failed
                        Status: 5.1.1
                        Diagnostic-Code: smtp; 550 no such user

                        Final-Recipient: rfc822; full@a.example
                        Original-Recipient: rfc822; alias@b.example
                        Action: delayed
                        Status: 4.2.2
                        Diagnostic-Code: smtp; 452 4.2.2 mailbox full

                        Final-Recipient: rfc822; fine@a.example
                        Action: relayed
                        Status: 2.0.0
                        --b
                        Content-Type: text/rfc822-headers

                        Message-ID: <token@us.example>
                        To: list@a.example
                        --b--
                        """);
        assertEquals(ReturnKind.FAILURE, mail.kind());
        assertEquals(
                List.of("gone@a.example", "alias@b.example", "fine@a.example"), addresses(mail));
        assertEquals(
                List.of(ReturnKind.FAILURE, ReturnKind.DELAY, ReturnKind.DELIVERED),
                mail.recipients().stream().map(ReportedRecipient::kind).toList());
        assertEquals(Meaning.HARD, ruling(mail, 0).meaning());
        assertEquals(BounceCategory.MAILBOX_FULL, ruling(mail, 1).category());
        assertTrue(mail.recipients().get(2).ruling().isEmpty());
        assertTrue(mail.enclosed().stream().anyMatch(h -> h.value().contains("token@us.example")));
    }

    @Test
    @DisplayName("Of two words about one recipient the graver counts")
    void expandedThenFailed() {
        ReturnedMail mail =
                read(
                        """
                        Content-Type: multipart/report; report-type=delivery-status; boundary=b

                        --b
                        Content-Type: message/delivery-status

                        Reporting-MTA: dns; mx.example

                        Final-Recipient: rfc822; list@a.example
                        Action: expanded
                        Status: 2.0.0

                        Final-Recipient: rfc822; List@a.example
                        Action: failed
                        Status: 5.1.1
                        --b--
                        """);
        assertEquals(ReturnKind.FAILURE, mail.kind());
        assertEquals(List.of("List@a.example"), addresses(mail));
        assertEquals(ReturnKind.FAILURE, mail.recipients().getFirst().kind());
        assertEquals(Meaning.HARD, ruling(mail, 0).meaning());
    }

    @Test
    @DisplayName("An international address is read as it stands (RFC 6533)")
    void international() {
        ReturnedMail mail =
                read(
                        """
                        Content-Type: multipart/report; report-type=delivery-status; boundary=b

                        --b
                        Content-Type: message/global-delivery-status; charset=utf-8

                        Reporting-MTA: dns; mx.example

                        Final-Recipient: utf-8; 用户@例え.example
                        Action: failed
                        Status: 5.1.1
                        --b--
                        """);
        assertEquals(List.of("用户@例え.example"), addresses(mail));
        assertEquals(Meaning.HARD, ruling(mail, 0).meaning());
    }

    @Test
    @DisplayName("A warning that a mail is late is no failure, in fields or in words")
    void delays() {
        ReturnedMail fields =
                read(
                        """
                        From: MAILER-DAEMON@mx.example
                        Subject: Undelivered Mail Returned to Sender
                        Content-Type: multipart/report; report-type=delivery-status; boundary=b

                        --b
                        Content-Type: message/delivery-status

                        Reporting-MTA: dns; mx.example

                        Final-Recipient: rfc822; a@b.example
                        Action: delayed
                        Status: 4.4.1
                        Diagnostic-Code: X-Postfix; connect to b.example: Connection timed out
                        --b--
                        """);
        assertEquals(ReturnKind.DELAY, fields.kind());
        ReturnedMail words =
                read(
                        """
                        From: Mail Delivery System <Mailer-Daemon@mx.example>
                        Auto-Submitted: auto-replied
                        Subject: Warning: message 1abc delayed 24 hours

                        A message that you sent has not yet been delivered to one or more of its
                        recipients after more than 24 hours on the queue.

                        The address to which the message has not yet been delivered is:

                          a@b.example
                            Delay reason: host mx.b.example [192.0.2.1]: 450 4.2.0 try again

                        No action is required on your part. Delivery attempts will continue for
                        some time.
                        """);
        assertEquals(ReturnKind.DELAY, words.kind());
        assertEquals(List.of("a@b.example"), addresses(words));
        assertEquals(Meaning.SOFT, ruling(words, 0).meaning());
    }

    @Test
    @DisplayName("A qmail notice names each address with its reason")
    void qmail() {
        ReturnedMail mail =
                read(
                        """
                        From: MAILER-DAEMON@mx.example
                        To: us@sender.example
                        Subject: failure notice

                        Hi. This is the qmail-send program at mx.example.

                        <gone@a.example>:
                        192.0.2.1 does not like recipient.
                        Remote host said: 550 5.1.1 unknown user
                        Giving up on 192.0.2.1.

                        <full@b.example>:
                        192.0.2.2 does not like recipient.
                        Remote host said: 552 mailbox full
                        Giving up on 192.0.2.2.

                        --- Below this line is a copy of the message.

                        Return-Path: <us@sender.example>
                        To: gone@a.example
                        """);
        assertEquals(List.of("gone@a.example", "full@b.example"), addresses(mail));
        assertEquals(Meaning.HARD, ruling(mail, 0).meaning());
        assertEquals(BounceCategory.MAILBOX_FULL, ruling(mail, 1).category());
    }

    @Test
    @DisplayName("A Chinese notice in its own charset is read")
    void chinese() {
        String text =
                """
                From: postmaster@corp.example
                To: us@sender.example
                Subject: =?gb2312?B?z7XNs83L0MU=?=
                Content-Type: text/plain; charset=gb18030

                您的邮件被退回，无法投递到以下收件人：

                who@corp.example
                退信原因：收件人邮箱不存在
                """;
        ReturnedMail mail = reader.read(text.getBytes(Charset.forName("GB18030")));
        assertEquals(ReturnKind.FAILURE, mail.kind());
        assertEquals(List.of("who@corp.example"), addresses(mail));
        assertEquals(BounceCategory.BAD_MAILBOX, ruling(mail, 0).category());
    }

    @Test
    @DisplayName("An HTML notice is read too")
    void html() {
        ReturnedMail mail =
                read(
                        """
                        From: <postmaster@corp.example>
                        To: us@sender.example
                        Subject: Undeliverable: News
                        Content-Type: text/html; charset=utf-8

                        <html><head><style>p { color: red }</style></head><body>
                        <p><b>Delivery has failed to these recipients or groups:</b></p>
                        <p><a href="mailto:x@corp.example">x@corp.example</a></p>
                        <p>The e-mail address you entered couldn&#39;t be found. Please check the
                        recipient&#39;s e-mail address and try to resend.</p></body></html>
                        """);
        assertEquals(ReturnKind.FAILURE, mail.kind());
        assertEquals(List.of("x@corp.example"), addresses(mail));
        assertEquals(Meaning.HARD, ruling(mail, 0).meaning());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Automatic reply: News",
                "Out of Office: back on Monday",
                "Réponse automatique : vos nouvelles",
                "Automatische Antwort: Neuigkeiten",
                "Respuesta automática: noticias",
                "Risposta automatica: notizie",
                "自動応答: お知らせ",
                "自动回复: 新闻",
                "Автоответ: новости",
                "Abwesenheitsnotiz",
            })
    @DisplayName("Automatic replies are no bounces, whatever they quote")
    void autoReplies(String subject) {
        ReturnedMail mail =
                read(
                        """
                        From: someone@corp.example
                        Return-Path: <>
                        Subject: %s

                        I am away. This mailbox is not read; mail to <other@corp.example>.
                        If you get 550 user unknown, my mailbox is full again.
                        """
                                .formatted(subject));
        assertEquals(ReturnKind.AUTO_REPLY, mail.kind());
        assertTrue(mail.recipients().isEmpty());
    }

    @Test
    @DisplayName("An automatic reply is known by its field alone")
    void autoSubmitted() {
        String reply =
                """
                From: a@b.example
                Auto-Submitted: %s
                Subject: Re: Hi

                Thanks!
                """;
        assertEquals(ReturnKind.AUTO_REPLY, read(reply.formatted("auto-replied")).kind());
        assertEquals(ReturnKind.OTHER, read(reply.formatted("no")).kind());
    }

    @Test
    @DisplayName("A challenge is not answered and is no bounce")
    void challenge() {
        assertEquals(
                ReturnKind.CHALLENGE,
                read("""
                From: someone@corp.example
                Subject: Please confirm your message

                To have your message delivered, click on the link below to confirm.
                """)
                        .kind());
    }

    @Test
    @DisplayName("A read receipt is no bounce, also when it says deleted")
    void receipt() {
        assertEquals(
                ReturnKind.RECEIPT,
                read("""
                From: someone@corp.example
                Subject: Not read: News
                Content-Type: multipart/report; report-type=disposition-notification; boundary=b

                --b
                Content-Type: text/plain

                Your message was deleted without being read.
                --b
                Content-Type: message/disposition-notification

                Final-Recipient: rfc822; someone@corp.example
                Disposition: automatic-action/MDN-sent-automatically; deleted
                --b--
                """)
                        .kind());
    }

    @Test
    @DisplayName("A report of failed signatures is no reader's complaint")
    void authenticationReport() {
        ReturnedMail mail =
                read(
                        """
                        Content-Type: multipart/report; report-type=feedback-report; boundary=b

                        --b
                        Content-Type: message/feedback-report

                        Feedback-Type: not-spam
                        Original-Rcpt-To: <a@b.example>
                        --b--
                        """);
        assertEquals(ReturnKind.COMPLAINT, mail.kind());
        assertFalse(mail.isReadersComplaint());
        assertEquals(List.of("a@b.example"), addresses(mail));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Delivery report for March|We delivered 550 parcels to a@b.example.",
                "Re: mailbox|My mailbox is full, mail c@d.example instead.",
                "Re: returned|The parcel was returned to <a@b.example>.",
            })
    @DisplayName("Ordinary mail is none of all this")
    void ordinary(String text) {
        String[] subjectAndBody = (text + "|").split("\\|", -1);
        String mail =
                "From: x@y.example\nSubject: " + subjectAndBody[0] + "\n\n" + subjectAndBody[1];
        assertEquals(ReturnKind.OTHER, read(mail).kind());
        assertEquals(ReturnKind.OTHER, read(text).kind());
    }

    private ReturnedMail read(String text) {
        return reader.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> addresses(ReturnedMail mail) {
        return mail.recipients().stream().map(ReportedRecipient::address).toList();
    }

    private static Ruling ruling(ReturnedMail mail, int recipient) {
        return mail.recipients().get(recipient).ruling().orElseThrow();
    }
}
