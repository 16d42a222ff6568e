package facteur.mta.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRulesReader;
import facteur.mta.disposition.Meaning;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * Forms of mail servers and mailbox hosts from before RFC 3464 or beside it, written after real
 * ones: each names its recipient in a way of its own, or not at all.
 */
class OldFormsTest {
    private static final RecipientId ID = new MailId(1L << 40).recipient(0);
    private static final Address ANNE = new Address("anne.miller", new Domain("corp.example"));
    private static final Instant NOW = Instant.parse("2026-03-02T08:00:00Z");

    private final ReturnedMailReader reader =
            new ReturnedMailReader(new BounceClassifier(BounceRulesReader.shipped()));

    private ReturnedMail read(String mail) {
        return reader.read(mail.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> addresses(ReturnedMail mail) {
        return mail.recipients().stream().map(ReportedRecipient::address).toList();
    }

    private FeedbackEvent.Bounced ofAnne(String mail) {
        return assertInstanceOf(
                FeedbackEvent.Bounced.class,
                ReturnedMailPolicy.judge(read(mail), ID, ANNE, NOW, "<r@x>"));
    }

    private static BounceCategory category(ReturnedMail mail, int recipient) {
        return mail.recipients().get(recipient).ruling().orElseThrow().category();
    }

    private static final String GROUPWISE =
            """
            From: Mailer-Daemon@gw1.corp.example
            To: b-token@bounces.shop.example
            X-Mailer: Novell GroupWise Internet Agent 6.5.7
            Subject: Message status - undeliverable
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/plain; charset=UTF-8

            The message that you sent was undeliverable to the following:

            \tAMiller (user not found)

            --b--
            """;

    @Test
    void groupwise_names_a_mailbox_without_its_domain() {
        ReturnedMail mail = read(GROUPWISE);
        assertEquals(ReturnKind.FAILURE, mail.kind());
        assertEquals(List.of("AMiller"), addresses(mail));
        assertEquals(BounceCategory.BAD_MAILBOX, category(mail, 0));
        FeedbackEvent.Bounced event = ofAnne(GROUPWISE);
        assertTrue(event.hard());
        assertFalse(event.forwarded(), "the token says whose it is");
    }

    @Test
    void groupwise_names_an_address_where_it_has_one() {
        assertEquals(
                List.of("amiller@corp.example"),
                addresses(read(GROUPWISE.replace("AMiller (", "amiller@corp.example ("))));
    }

    private static final String SCREEN_NAME =
            """
            From: MAILER-DAEMON@aol.example
            To: <b-token@bounces.shop.example>
            Subject: Mail Delivery Problem
            Content-Type: text/plain

            Your mail to the following recipients could not be delivered because they are not
            accepting mail from news@shop.example:

            \tannemiller77

            """;

    @Test
    void a_mailbox_host_prints_a_screen_name_alone() {
        ReturnedMail mail = read(SCREEN_NAME);
        assertEquals(ReturnKind.FAILURE, mail.kind());
        assertEquals(List.of("annemiller77"), addresses(mail));
        assertFalse(ofAnne(SCREEN_NAME).hard(), "a block of the reader's own");
    }

    @Test
    void a_university_prints_a_local_part_with_its_reason_in_columns() {
        ReturnedMail mail =
                read(
                        """
                        From: Mail Delivery Subsystem <MAILER-DAEMON@mr1.uni.example>
                        To: us@shop.example
                        Subject: Returned mail - nameserver error report

                         --------Message not delivered to the following:

                             anne.miller    No matches to nameserver query

                         --------Error Detail (phquery V4.4):

                         The message, "News", did not match any user in the directory.

                         --------Unsent Message below:

                        Received: from mx by mr1.uni.example
                        From: News <us@shop.example>
                        To: anne.miller@uni.example
                        Subject: News
                        """);
        assertEquals(ReturnKind.FAILURE, mail.kind());
        assertEquals(List.of("anne.miller@uni.example"), addresses(mail));
    }

    @Test
    void a_local_part_is_found_among_those_the_original_was_written_to() {
        ReturnedMail mail =
                read(
                        """
                        From: Postmaster@corp.example
                        To: us@shop.example
                        Subject: Undeliverable message

                        The user anne.miller could not be reached: no such user here.

                        ----- Original message -----
                        From: News <news@shop.example>
                        To: Bert <bert@corp.example>, Anne <anne.miller@corp.example>
                        Subject: News
                        """);
        assertEquals(List.of("anne.miller@corp.example"), addresses(mail));
        assertEquals(BounceCategory.BAD_MAILBOX, category(mail, 0));
    }

    @Test
    void the_address_stands_in_the_field_to_of_the_original_alone() {
        ReturnedMail mail =
                read(
                        """
                        From: Postmaster <postmaster@corp.example>
                        To: us@shop.example
                        Subject: Mail delivery failed
                        MIME-Version: 1.0
                        Content-Type: multipart/mixed; boundary=b

                        --b
                        Content-Type: text/plain

                        Your message could not be delivered: mailbox unavailable, user unknown.
                        --b
                        Content-Type: message/rfc822

                        From: News <news@shop.example>
                        To: "Miller, Anne" <anne.miller@corp.example>
                        Reply-To: news@shop.example
                        Subject: News

                        Hello
                        --b--
                        """);
        assertEquals(List.of("anne.miller@corp.example"), addresses(mail));
        assertEquals(Meaning.HARD, mail.recipients().getFirst().ruling().orElseThrow().meaning());
    }

    private static final String NOBODY =
            """
            From: postmaster@corp.example
            To: b-token@bounces.shop.example
            Subject: Undeliverable mail

            Your message could not be delivered. The user is unknown here: no such user.
            """;

    @Test
    void a_notice_that_names_nobody_is_about_the_one_of_the_token() {
        ReturnedMail mail = read(NOBODY);
        assertEquals(ReturnKind.FAILURE, mail.kind());
        assertTrue(mail.recipients().getFirst().isUnnamed());
        assertTrue(ofAnne(NOBODY).hard());
        assertFalse(ofAnne(NOBODY).forwarded());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "User mailbox exceeds allowed size: anne.miller@corp.example",
                "Unknown user: anne.miller@corp.example",
                "Invalid final delivery userid: anne.miller@corp.example",
                "delivery failed 20 attempts: anne.miller@corp.example",
                "undeliverable to anne.miller@corp.example",
                "Unknown host: anne.miller@corp.example",
            })
    void smtp32_names_it_behind_a_reason_on_one_line(String line) {
        ReturnedMail mail =
                read(
                        """
                        From: "Mail Server" <postmaster@corp.example>
                        To: us@shop.example
                        Subject: Undeliverable Mail
                        X-Mailer: <SMTP32 v8.05>

                        %s

                        Original message follows.

                        Received: from shop.example [192.0.2.1] by corp.example
                        From: news@shop.example
                        To: "reader" <alias@corp.example>
                        Subject: News
                        """
                                .formatted(line));
        assertEquals(ReturnKind.FAILURE, mail.kind());
        assertEquals(List.of("anne.miller@corp.example"), addresses(mail));
    }

    @Test
    void mmdf_quotes_it_together_with_its_host_and_queue() {
        ReturnedMail mail =
                read(
                        """
                        From: Memo Service (MMDF) <mmdf@old.example>
                        To: us@shop.example
                        Subject: Failed mail  (msg.aa12345)

                            Your message could not be delivered to
                        'anne.miller@corp.example (host: corp.example) (queue: smtp)' for the following
                        reason:  ' (USER) Unknown user name in "anne.miller@corp.example"'


                            Your message follows:

                        From: us@shop.example
                        To: list@shop.example
                        Subject: News
                        """);
        assertEquals(ReturnKind.FAILURE, mail.kind());
        assertEquals(List.of("anne.miller@corp.example"), addresses(mail));
        assertEquals(BounceCategory.BAD_MAILBOX, category(mail, 0));
    }

    @Test
    void what_leads_to_a_mailbox_is_not_the_reason() {
        ReturnedMail mail =
                read(
                        """
                        From: MAILER-DAEMON@isp.example
                        To: us@shop.example
                        Subject: Returned mail

                        The following recipients could not be reached:

                              anne.miller

                           Account is closed

                        ----- Original message -----
                        From: News <us@shop.example>
                        To: Anne <anne.miller@isp.example>
                        Subject: News
                        """);
        assertEquals(List.of("anne.miller@isp.example"), addresses(mail));
        assertEquals(BounceCategory.INACTIVE_MAILBOX, category(mail, 0));
    }

    @Test
    void an_online_service_does_not_find_a_receiver() {
        ReturnedMail mail =
                read(
                        """
                        From: Service Postmaster <postmaster@online.example>
                        To: us@shop.example
                        Subject: Undeliverable Message

                        Receiver not found: anne.miller

                        Your message could not be delivered as addressed.

                        --- Returned message ---
                        From: News <us@shop.example>
                        To: Anne <anne.miller@online.example>
                        Subject: News
                        """);
        assertEquals(ReturnKind.FAILURE, mail.kind());
        assertEquals(BounceCategory.BAD_MAILBOX, category(mail, 0));
    }

    private static String transcript(String list) {
        return """
        From: MAILER-DAEMON@old.example (Mail Delivery Subsystem)
        To: us@shop.example
        Subject: Returned mail: User unknown

        The original message was received at Mon, 2 Mar 1998 08:00:00 -0800
        from shop.example [192.0.2.1]

        %s
           ----- Transcript of session follows -----
        ... while talking to mx.corp.example.:
        >>> RCPT To:<anne.miller@corp.example>
        <<< 550 <anne.miller@corp.example>... User unknown
        550 <anne.miller@corp.example>... User unknown
        >>> RCPT To:<bert@corp.example>
        <<< 552 Requested mail action aborted: exceeded storage allocation
        554 <bert@corp.example>... Service unavailable
        550 carl@gone.example... Host unknown (Name server: gone.example: host not found)

           ----- Original message follows -----
        Received: from shop.example by old.example
        From: us@shop.example
        To: list@shop.example
        """
                .formatted(list);
    }

    /** With the list that Sendmail 8 puts in front, and without. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ----- The following addresses had permanent fatal errors -----\n"
                        + "<anne.miller@corp.example>\n<bert@corp.example>\n<carl@gone.example>\n"
            })
    void each_recipient_of_a_transcript_has_its_own_reason(String list) {
        ReturnedMail mail = read(transcript(list));
        assertEquals(
                List.of("anne.miller@corp.example", "bert@corp.example", "carl@gone.example"),
                addresses(mail));
        assertEquals(BounceCategory.BAD_MAILBOX, category(mail, 0));
        assertEquals(BounceCategory.MAILBOX_FULL, category(mail, 1));
        assertEquals(BounceCategory.BAD_DOMAIN, category(mail, 2));
    }

    private static String sendmail(String address) {
        return """
        From: Mail Delivery Subsystem <MAILER-DAEMON@old.example>
        To: us@shop.example
        Subject: Returned mail: see transcript for details
        Content-Type: multipart/report; report-type=delivery-status; boundary=b

        --b

           ----- The following addresses had permanent fatal errors -----
        <%1$s>
            (reason: 550 Host unknown)

           ----- Transcript of session follows -----
        550 5.1.2 <%1$s>... Host unknown (Name server: x: host not found)
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; old.example

        Final-Recipient: RFC822; %1$s
        Action: failed
        Status: 5.1.2
        Diagnostic-Code: SMTP; 550 Host unknown
        --b--
        """
                .formatted(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "anne@#corp.example",
                "anne@corp..example",
                "anne@corp_example",
                "anne@[192.0.2.7]",
                "anne@*corp.example"
            })
    void a_host_is_unknown_whose_name_is_none(String address) {
        ReturnedMail report = read(sendmail(address));
        assertEquals(List.of(address), addresses(report));
        assertEquals(Meaning.HARD, report.recipients().getFirst().ruling().orElseThrow().meaning());
        String words = sendmail(address).replace("message/delivery-status", "application/x-none");
        assertEquals(
                List.of(address),
                addresses(read(words.replace("multipart/report", "multipart/mixed"))));
    }

    /** Exim behind a forwarding: the address that was written to goes first, the other is kept. */
    @Test
    void the_address_that_was_written_to_goes_first_and_the_other_is_kept() {
        ReturnedMail mail =
                read(
                        """
                        X-Failed-Recipients: amiller@inner.example
                        Auto-Submitted: auto-replied
                        From: Mail Delivery System <Mailer-Daemon@mx.example>
                        To: us@shop.example
                        Subject: Mail delivery failed

                        A message that you sent could not be delivered to one or more of its
                        recipients. The following address failed:

                          amiller@inner.example
                            (ultimately generated from anne.miller@corp.example)
                            user unknown

                        ------ This is a copy of the message, including all the headers. ------

                        Return-path: <us@shop.example>
                        To: Anne <anne.miller@corp.example>
                        Subject: News
                        """);
        assertEquals(List.of("anne.miller@corp.example"), addresses(mail));
        assertEquals(List.of("amiller@inner.example"), mail.recipients().getFirst().others());
        assertEquals(List.of("amiller@inner.example"), mail.recipients().getFirst().refusedAt());
    }

    private static String report(String original, String last, String to) {
        return """
        From: MAILER-DAEMON@mx.example
        Content-Type: multipart/report; report-type=delivery-status; boundary=b

        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example

        %sFinal-Recipient: rfc822; %s
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550 5.1.1 user unknown
        --b
        Content-Type: text/rfc822-headers

        From: news@shop.example
        To: %s
        --b--
        """
                .formatted(original, last, to);
    }

    @Test
    void of_two_addresses_in_fields_the_one_written_to_goes_first_then_the_original() {
        String original = "Original-Recipient: rfc822; alias@other.example\n";
        ReportedRecipient written =
                read(report(original, "anne.miller@corp.example", "anne.miller@corp.example"))
                        .recipients()
                        .getFirst();
        assertEquals("anne.miller@corp.example", written.address());
        assertEquals(List.of("alias@other.example"), written.others());
        ReportedRecipient unsaid =
                read(report(original, "anne.miller@corp.example", "list@shop.example"))
                        .recipients()
                        .getFirst();
        assertEquals("alias@other.example", unsaid.address());
        assertEquals(List.of("anne.miller@corp.example"), unsaid.others());
        ReportedRecipient last =
                read(report("", "anne.miller@corp.example", "list@shop.example"))
                        .recipients()
                        .getFirst();
        assertEquals("anne.miller@corp.example", last.address());
        assertEquals(List.of(), last.others());
    }

    @Test
    void the_token_wins_over_whatever_the_original_was_written_to() {
        FeedbackEvent.Bounced own =
                ofAnne(report("", "anne.miller@corp.example", "list@shop.example"));
        assertTrue(own.hard());
        assertFalse(own.forwarded());
        assertTrue(
                ofAnne(report("", "someone@else.example", "anne.miller@corp.example")).forwarded());
    }

    private static final String GUEST_LIST =
            """
            From: noreply@guests.example
            Reply-To: anne.miller@corp.example
            To: News <b-token@bounces.shop.example>
            Subject: Re: News (Action Required)
            Content-Type: multipart/report; boundary=b; report-type=delivery-status

            --b
            Content-Type: text/plain

            Hello News,

            Your message about "News" has been waitlisted. Please add yourself to my Guest List so
            your messages will go to my Inbox.
            --b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; guests.example
            Action: failed

            Final-Recipient: rfc822; anne.miller@corp.example
            Diagnostic-Code: X-Guest-Notice; Sender not pre-approved. Follow the instructions above
            Status: 4.7.0
            --b--
            """;

    @Test
    void who_must_verify_himself_has_not_failed_even_if_a_delivery_report_asks_him() {
        ReturnedMail mail = read(GUEST_LIST);
        assertEquals(ReturnKind.CHALLENGE, mail.kind());
        assertEquals(List.of(), mail.recipients());
        FeedbackEvent event = ReturnedMailPolicy.judge(mail, ID, ANNE, NOW, "<r@x>");
        assertEquals("challenge", assertInstanceOf(FeedbackEvent.Noted.class, event).kind());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "This account is protected. Please click on the link to have your address added to"
                        + " the recipient's allowed list.",
                "To control spam, I now allow incoming messages only from senders I have approved"
                        + " beforehand.",
                "The guest must verify the address before this message is delivered.",
                "This message was sent by BoxTrapper. Verify that you are a human being."
            })
    void words_that_ask_who_a_sender_is_are_a_challenge(String words) {
        assertEquals(
                ReturnKind.CHALLENGE,
                read("From: anne.miller@corp.example\nSubject: Re: News\n\n" + words + "\n")
                        .kind());
    }

    @Test
    void a_refusal_that_a_server_gave_is_one_whatever_it_asks_for() {
        ReturnedMail mail =
                read(
                        GUEST_LIST
                                .replace("X-Guest-Notice; ", "smtp; 550 5.1.1 user unknown; ")
                                .replace("Status: 4.7.0", "Status: 5.1.1"));
        assertEquals(ReturnKind.FAILURE, mail.kind());
        assertEquals(List.of("anne.miller@corp.example"), addresses(mail));
    }

    private static String complaint(String from, String subject, String field) {
        return """
        From: %s
        Subject: %s
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/plain

        A reader of yours objects to this message.
        --b
        Content-Type: message/rfc822

        %sFrom: News <news@shop.example>
        To: anne.miller@corp.example
        Subject: News

        Hello
        --b--
        """
                .formatted(from, subject, field);
    }

    @Test
    void complaints_in_the_forms_of_vendors_are_complaints() {
        List<String> forms =
                List.of(
                        complaint(
                                "staff@hotmail.com",
                                "complaint about message from 192.0.2.1",
                                "X-HmXmrOriginalRecipient: anne.miller@corp.example\n"),
                        complaint("scomp@aol.net", "Client TOS Notification", ""),
                        complaint("abuse@isp.example", "FW: spam complaint about 192.0.2.1", ""),
                        complaint("fbl@isp.example", "Email Feedback Report for IP 192.0.2.1", ""),
                        complaint("feedback@isp.example", "Abuse report", ""),
                        complaint("noreply@fbl.isp.example", "Plainte pour spam", ""),
                        complaint("abuse-noreply@isp.example", "Report about spam", ""),
                        """
                        From: 123@reports.spamcop.net
                        Subject: [SpamCop (192.0.2.1) id:123]News

                        [ SpamCop V4.1 ]
                        Email from 192.0.2.1 / Mon, 2 Mar 2026 08:00:00 +0000

                        [ Offending message ]
                        Received: from shop.example by corp.example
                        From: News <news@shop.example>
                        To: x
                        Subject: News
                        """);
        for (String form : forms) {
            ReturnedMail mail = read(form);
            assertEquals(ReturnKind.COMPLAINT, mail.kind(), form);
            assertTrue(mail.isReadersComplaint(), form);
        }
        assertEquals(List.of("anne.miller@corp.example"), addresses(read(forms.getFirst())));
    }

    @Test
    void a_letter_about_complaints_and_a_bounce_to_an_abuse_desk_are_none() {
        assertEquals(
                ReturnKind.OTHER,
                read("From: abuse@isp.example\nSubject: spam complaint policy\n\nHello\n").kind());
        assertEquals(
                ReturnKind.OTHER,
                read(complaint("a@b.example", "spam complaint", "")).kind(),
                "one mark is not enough");
        assertEquals(
                ReturnKind.FAILURE,
                read(report("", "anne.miller@corp.example", "anne.miller@corp.example")
                                .replace(
                                        "From: MAILER-DAEMON@mx.example",
                                        "From: abuse@mx.example\nSubject: abuse report"))
                        .kind());
    }
}
