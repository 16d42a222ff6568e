package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.admin.report.Figures;
import facteur.mail.address.AddressKey;
import facteur.mail.status.Status;
import facteur.mail.status.Tally;
import facteur.store.query.MessageRecipient;
import facteur.store.query.Queries;
import facteur.store.query.TallyKey;
import facteur.testkit.smtp.SmtpTalk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** However an address is spelled, it is one person, one refusal, one copy. */
class OneMailboxTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path directory;

    private static void send(LabServer facteur, String campaign, String... recipients)
            throws IOException {
        try (SmtpTalk talk = facteur.login()) {
            talk.ask("MAIL FROM:<alice@sender.example>", 250);
            for (String recipient : recipients) {
                talk.ask("RCPT TO:<" + recipient + ">", 250);
            }
            talk.ask("DATA", 354);
            talk.ask(
                    "From: alice@sender.example\r\nX-Campaign: " + campaign + "\r\n\r\nx\r\n.",
                    250);
        }
    }

    private static List<MessageRecipient> recipients(LabServer facteur, String address) {
        Queries views = facteur.server().store().views();
        return views.contacts()
                .find(new AddressKey(address))
                .map(
                        contact ->
                                views.contacts()
                                        .messages(contact.id(), java.util.Optional.empty(), 10))
                .orElse(List.of());
    }

    private static List<Status> statuses(LabServer facteur, String address) {
        return recipients(facteur, address).stream()
                .map(recipient -> recipient.state().status(false))
                .sorted()
                .toList();
    }

    @Test
    void three_spellings_in_one_transaction_are_one_copy_and_two_duplicates() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            send(
                    facteur,
                    "three",
                    "ok.Anne.Miller@gmail.lab",
                    "ok.anne.miller@gmail.lab",
                    "\"OK.ANNE.MILLER\"@Gmail.lab",
                    "ok.bert@gmail.lab");
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    statuses(facteur, "ok.anne.miller@gmail.lab")
                                            .equals(
                                                    List.of(
                                                            Status.SENT,
                                                            Status.ABANDONED,
                                                            Status.ABANDONED)));
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    statuses(facteur, "ok.bert@gmail.lab")
                                            .equals(List.of(Status.SENT)));
            List<String> arrived =
                    facteur.lab().provider("gmail").log().all().stream()
                            .flatMap(taken -> taken.recipients().stream())
                            .sorted()
                            .toList();
            assertEquals(List.of("ok.Anne.Miller@gmail.lab", "ok.bert@gmail.lab"), arrived);
            assertEquals(
                    2,
                    recipients(facteur, "ok.anne.miller@gmail.lab").stream()
                            .filter(recipient -> recipient.state().rule().equals("duplicate"))
                            .peek(r -> assertTrue(r.state().reply().contains("ok.Anne.Miller@")))
                            .count());
            Queries views = facteur.server().store().views();
            long campaign = views.campaigns().find("three").orElseThrow().id();
            Tally tally =
                    new Figures(views.campaigns().sums(new TallyKey.Campaign(campaign)), false)
                            .tally();
            assertEquals(4, tally.recipients());
            assertEquals(2, tally.abandoned());
            assertEquals(2, tally.delivered());
        }
    }

    /** Each 250 has its row, said in the same letters again or in those of the DNS. */
    @Test
    void the_same_spelling_again_and_both_of_an_international_domain_are_duplicates_too()
            throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            String unicode = "ok.carl@bücher.gmail.lab";
            String ascii = "ok.carl@xn--bcher-kva.gmail.lab";
            try (SmtpTalk talk = facteur.login()) {
                talk.ask("MAIL FROM:<alice@sender.example> SMTPUTF8", 250);
                for (String recipient :
                        List.of("ok.dan@gmail.lab", "ok.dan@gmail.lab", ascii, unicode, ascii)) {
                    talk.ask("RCPT TO:<" + recipient + ">", 250);
                }
                talk.ask("DATA", 354);
                talk.ask("From: alice@sender.example\r\nX-Campaign: twice\r\n\r\nx\r\n.", 250);
            }
            Queries views = facteur.server().store().views();
            await().atMost(PATIENCE).until(() -> statuses(facteur, ascii).size() == 3);
            for (String address : List.of("ok.dan@gmail.lab", ascii)) {
                List<MessageRecipient> rows = recipients(facteur, address);
                assertEquals(
                        rows.size() - 1,
                        rows.stream().filter(r -> r.state().rule().equals("duplicate")).count(),
                        address);
            }
            long campaign = views.campaigns().find("twice").orElseThrow().id();
            Tally tally =
                    new Figures(views.campaigns().sums(new TallyKey.Campaign(campaign)), false)
                            .tally();
            assertEquals(5, tally.recipients());
            assertEquals(3, tally.abandoned());
        }
    }

    @Test
    void who_is_suppressed_is_so_by_every_spelling() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            assertEquals(
                    200,
                    facteur.post(
                            "/api/v1/suppressions",
                            "{\"addresses\":[\"ok.one@gmail.lab\",\"\\\"ok.two\\\"@gmail.lab\"]}"));
            send(
                    facteur,
                    "=?utf-8?Q?caf=C3=A9?=",
                    "\"ok.one\"@gmail.lab",
                    "\"ok\\.one\"@gmail.lab");
            send(facteur, "=?utf-8?Q?cafe=CC=81?=", "ok.two@gmail.lab", "ok.three@gmail.lab");
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    statuses(facteur, "ok.three@gmail.lab")
                                            .equals(List.of(Status.SENT)));
            assertEquals(
                    List.of(Status.ABANDONED, Status.ABANDONED),
                    statuses(facteur, "ok.one@gmail.lab"));
            assertEquals(List.of(Status.ABANDONED), statuses(facteur, "ok.two@gmail.lab"));
            assertEquals(
                    List.of("manual"),
                    recipients(facteur, "ok.two@gmail.lab").stream()
                            .map(recipient -> recipient.state().rule())
                            .toList());
            assertEquals(
                    List.of("caf\u00e9"),
                    facteur.server().store().views().campaigns().all().stream()
                            .map(campaign -> campaign.name())
                            .toList(),
                    "composed or not, one campaign");
        }
    }
}
