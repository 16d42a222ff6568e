package facteur.server.maillog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.address.ReversePath;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.Event;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ShapingEvent;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.Envelope;
import facteur.mail.message.Handling;
import facteur.mail.message.MailId;
import facteur.mail.message.MessageFacts;
import facteur.mail.message.Recipient;
import facteur.mail.message.RecipientId;
import facteur.mail.message.Tracking;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.outcome.SuppressionScope;
import facteur.mail.outcome.TlsFacts;
import facteur.mail.smtp.Reply;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

class MailEntriesTest {
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");
    private static final MailId ID = MailId.firstAt(NOON);
    private static final RecipientId ANNE = ID.recipient(0);

    private final RecentMessages messages = new RecentMessages(new Nothing());
    private final MailEntries entries = new MailEntries(messages);

    /** A directory that knows nobody. */
    private record Nothing() implements MessageDirectory {
        @Override
        public Optional<Known> message(MailId id) {
            return Optional.empty();
        }

        @Override
        public Optional<String> recipient(RecipientId id) {
            return Optional.empty();
        }
    }

    static SubmissionEvent.Accepted accepted(MailId id, String... to) {
        return new SubmissionEvent.Accepted(
                id,
                NOON,
                "app",
                "192.0.2.1",
                Envelope.of(
                        new ReversePath.Of(address("news@sender.example")),
                        List.of(to).stream().map(each -> Recipient.of(address(each))).toList()),
                new MessageFacts(
                        Optional.of("Soldes d'été"),
                        "The subject is nobody's affair",
                        "News <news@sender.example>",
                        "<1@sender.example>",
                        List.of(),
                        Optional.empty(),
                        Map.of("secret", "of the application"),
                        Tracking.FULL,
                        false,
                        List.of()),
                Handling.ORDINARY,
                4096);
    }

    private static Address address(String text) {
        int at = text.indexOf('@');
        return new Address(text.substring(0, at), new Domain(text.substring(at + 1)));
    }

    private String told(Event event) {
        if (event instanceof SubmissionEvent.Accepted accepted) {
            messages.add(accepted);
        }
        return entries.of(event).stream().map(LineFormat.TEXT::line).collect(Collectors.joining());
    }

    private static DeliveryEvent.Ruled ruled(Disposition disposition) {
        return new DeliveryEvent.Ruled(
                ANNE,
                NOON.plusMillis(7_500),
                2,
                disposition,
                Optional.of(
                        new DeliveryEvent.Hop(
                                "mx.example",
                                "mx1.example",
                                "192.0.2.9",
                                "a",
                                Optional.of(TlsFacts.unproven("TLSv1.3 AES")),
                                Duration.ofMillis(300),
                                Duration.ofMillis(1_200),
                                Duration.ofMillis(200))));
    }

    private static Evidence said(int code, String text) {
        return new Evidence.Answered(Stage.RCPT, Reply.of(code, text));
    }

    @Test
    void a_message_is_followed_from_acceptance_to_its_outcomes() {
        assertEquals(
                "2026-11-30T12:00:00.000Z accepted id="
                        + ID
                        + " from=<news@sender.example> to=anne@one.example to=paul@two.example"
                        + " recipients=2 size=4096 campaign=\"Soldes d'été\" credential=app"
                        + " client=192.0.2.1 message_id=<1@sender.example>\n",
                told(accepted(ID, "anne@one.example", "paul@two.example")));
        String who =
                " id="
                        + ID
                        + ".0 to=anne@one.example from=<news@sender.example> campaign=\"Soldes"
                        + " d'été\" credential=app";
        String where =
                " site=mx.example source=a host=mx1.example address=192.0.2.9 tls=TLSv1.3"
                        + " delay=7.500 delays=6.000/1.000/0.200/0.300";
        assertEquals(
                "2026-11-30T12:00:07.500Z attempt"
                        + who
                        + " status=delivered attempt=2"
                        + where
                        + " stage=rcpt dsn=2.0.0 reply=\"250 2.0.0 ok\"\n",
                told(ruled(new Disposition.Delivered(said(250, "2.0.0 ok")))));
        assertEquals(
                "2026-11-30T12:00:07.500Z attempt"
                        + who
                        + " status=deferred attempt=2"
                        + where
                        + " category=greylisted rule=greylist stage=rcpt dsn=4.7.1 reply=\"451"
                        + " 4.7.1 later\" next=2026-11-30T12:05:00Z\n",
                told(
                        ruled(
                                new Disposition.Deferred(
                                        new BounceClass(BounceCategory.GREYLISTED, "greylist"),
                                        said(451, "4.7.1 later"),
                                        NOON.plusSeconds(300)))));
        assertEquals(
                "2026-11-30T12:00:07.500Z attempt"
                        + who
                        + " status=hard_bounce attempt=2"
                        + where
                        + " category=bad_mailbox rule=r stage=rcpt dsn=5.1.1 reply=\"550 5.1.1"
                        + " nobody\"\n2026-11-30T12:00:07.500Z suppressed"
                        + who
                        + " cause=hard_bounce scope=all\n",
                told(
                        ruled(
                                new Disposition.HardBounce(
                                        new BounceClass(BounceCategory.BAD_MAILBOX, "r"),
                                        said(550, "5.1.1 nobody")))));
    }

    @Test
    void what_comes_back_and_what_operators_do_is_told() {
        String who = "id=" + ID + ".0";
        assertEquals(
                "2026-11-30T12:00:00.000Z bounce "
                        + who
                        + " status=hard_bounce category=bad_mailbox rule=r forwarded=no dsn=5.1.1"
                        + " reply=\"550 5.1.1 gone\"\n2026-11-30T12:00:00.000Z suppressed "
                        + who
                        + " cause=hard_bounce scope=all\n",
                told(
                        new FeedbackEvent.Bounced(
                                ANNE,
                                NOON,
                                true,
                                new BounceClass(BounceCategory.BAD_MAILBOX, "r"),
                                said(550, "5.1.1 gone"),
                                false,
                                "report")));
        assertEquals(
                "2026-11-30T12:00:00.000Z unsubscribed "
                        + who
                        + " by=one-click\n2026-11-30T12:00:00.000Z suppressed "
                        + who
                        + " cause=unsubscribed scope=campaigns\n",
                told(new EngagementEvent.Unsubscribed(ANNE, NOON, "one-click")));
        assertEquals(
                "2026-11-30T12:00:00.000Z suppressed to=a@b.example by=op why=\"asked by phone\""
                        + " cause=manual scope=all\n",
                told(
                        new OperatorEvent.Suppressed(
                                address("a@b.example"),
                                NOON,
                                "op",
                                SuppressionCause.MANUAL,
                                new SuppressionScope.All(),
                                Optional.empty(),
                                "asked by phone")));
        assertEquals(
                "2026-11-30T12:00:00.000Z unsuppressed to=a@b.example by=op why=back\n",
                told(new OperatorEvent.Unsuppressed(address("a@b.example"), NOON, "op", "back")));
        assertEquals(
                "2026-11-30T12:00:00.000Z path_suspended site=mx.example source=a"
                        + " until=2026-11-30T12:01:00Z cause=\"421 too many\"\n",
                told(
                        new ShapingEvent.Suspended(
                                "a", "mx.example", NOON, NOON.plusSeconds(60), "421 too many")));
    }

    @Test
    void what_readers_do_and_what_a_message_says_is_not_told() {
        assertEquals(
                "",
                told(
                        new EngagementEvent.Opened(
                                ANNE,
                                NOON,
                                EngagementEvent.Audience.HUMAN,
                                Set.of(),
                                "Chrome",
                                0)));
        String line = told(accepted(ID, "anne@one.example"));
        assertTrue(!line.contains("subject") && !line.contains("secret"), line);
        assertEquals("", told(new OperatorEvent.Erased(7, NOON, "op", "asked")));
    }

    @Test
    void long_texts_and_long_envelopes_are_cut() {
        String[] to =
                IntStream.range(0, 500)
                        .mapToObj(i -> "u" + i + "@x.example")
                        .toArray(String[]::new);
        String line = told(accepted(ID, to));
        assertEquals(MailEntries.MOST_NAMED, line.split(" to=", -1).length - 1);
        assertTrue(line.contains(" recipients=500 "), line);
        String reply = "x".repeat(MailEntries.MOST_TEXT - 1) + "\ud83d\ude00 and more";
        String failed =
                told(
                        ruled(
                                new Disposition.SoftBounce(
                                        new BounceClass(BounceCategory.UNKNOWN, "r"),
                                        new Evidence.Failed(
                                                Stage.CONNECT, Fault.CONNECTION_LOST, reply))));
        assertTrue(
                failed.endsWith(
                        " reply=\"" + "x".repeat(MailEntries.MOST_TEXT - 1) + " [11 more]\"\n"),
                failed);
    }

    @Test
    void only_so_many_recipients_are_remembered() {
        for (int i = 0; i < 3 * RecentMessages.MOST_RECIPIENTS / 2; i++) {
            messages.add(accepted(new MailId(1000 + i), "a@b.example", "c@b.example"));
        }
        assertEquals(RecentMessages.MOST_RECIPIENTS, messages.recipients());
        assertTrue(messages.message(new MailId(1000)).isEmpty());
        assertTrue(
                messages.message(new MailId(999 + 3 * RecentMessages.MOST_RECIPIENTS / 2))
                        .isPresent());
    }
}
