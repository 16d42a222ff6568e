package facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.status.Status;
import facteur.mail.suppression.Suppression;
import facteur.server.LabServer;
import facteur.testkit.smtp.SmtpTalk;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a message was not sent: which reply, which message, when, which rule; wherever one asks. */
class EvidenceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String BERT = "unknown.bert@gmail.lab";

    @TempDir private Path directory;

    @Test
    void abandoned_mail_leads_back_to_the_reply_the_message_the_time_and_the_rule()
            throws Exception {
        try (LabServer facteur = LabServer.start(directory);
                HttpClient browser =
                        HttpClient.newBuilder()
                                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                                .followRedirects(HttpClient.Redirect.NORMAL)
                                .build()) {
            Path config = SuppressionCommandsTest.reachable(directory, facteur.server());
            submit(facteur);
            await(facteur, Status.HARD_BOUNCE);
            submit(facteur);
            await(facteur, Status.ABANDONED);

            Suppression held = facteur.suppressions(BERT).getFirst();
            String evidence = held.evidence().orElseThrow().toString();
            String when = held.since().truncatedTo(ChronoUnit.SECONDS).toString();
            List<String> chain =
                    List.of(
                            "hard_bounce",
                            "does not exist",
                            evidence,
                            when.substring(0, when.length() - 1),
                            held.rule());
            assertTrue(held.rule().matches("[a-z-]+@[0-9.-]+"), held.rule());

            String abandoned = lastRecipient(facteur);
            all(chain, facteur.get("/api/v1/recipients/" + abandoned));
            all(chain, facteur.get("/api/v1/suppressions/" + BERT));
            all(chain, Ran.of(config, "suppression", "why", BERT).out());
            String caused = Ran.of(config, "message", "show", evidence).out();
            all(List.of(BERT, "does not exist"), caused);
            all(List.of("type=rendered", "links=1 pixel=true"), caused);

            String base = "http://127.0.0.1:" + facteur.server().adminAddress().getPort();
            login(browser, base);
            all(chain, page(browser, base + "/messages/" + abandoned));
            String contacts = page(browser, base + "/suppressions");
            all(List.of("does not exist", "/messages/" + evidence, held.rule()), contacts);
            Matcher contact = Pattern.compile("/contacts/id:\\d+").matcher(contacts);
            assertTrue(contact.find(), contacts);
            all(
                    List.of("does not exist", "/messages/" + evidence, held.rule()),
                    page(browser, base + contact.group()));
            all(
                    List.of("does not exist", "1 tracked link · with pixel"),
                    page(browser, base + "/messages/" + evidence));
        }
    }

    private static void all(List<String> parts, String text) {
        // What a page or a table puts between words is no matter here.
        String plain =
                text.replaceAll("<[^>]*>", " ")
                        .replace("&#39;", "'")
                        .replaceAll("(\\\\n|\\s)+", " ");
        for (String part : parts) {
            assertTrue(plain.contains(part) || text.contains(part), part + " in " + text);
        }
    }

    private static String lastRecipient(LabServer facteur) {
        var views = facteur.server().store().views();
        var contact =
                views.contacts().find(new facteur.mail.address.AddressKey(BERT)).orElseThrow();
        return views.contacts()
                .messages(contact.id(), java.util.Optional.empty(), 1)
                .getFirst()
                .id()
                .toString();
    }

    private static void await(LabServer facteur, Status status) {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () ->
                                facteur.latest(BERT)
                                        .filter(row -> row.status(false) == status)
                                        .isPresent());
    }

    private static void submit(LabServer facteur) throws Exception {
        try (SmtpTalk talk = facteur.login()) {
            assertEquals(
                    250,
                    talk.deliver(
                                    "news@sender.example",
                                    BERT,
                                    "From: <news@sender.example>\r\nContent-Type: text/html\r\n\r\n"
                                            + "<a href='https://shop.example/'>x</a>\r\n")
                            .code());
        }
    }

    private static void login(HttpClient browser, String base) throws Exception {
        Matcher csrf =
                Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"")
                        .matcher(page(browser, base + "/login"));
        assertTrue(csrf.find());
        String form =
                "csrf="
                        + URLEncoder.encode(csrf.group(1), StandardCharsets.UTF_8)
                        + "&name=admin&password=a+long+password";
        HttpRequest post =
                HttpRequest.newBuilder(URI.create(base + "/login"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build();
        assertEquals(200, browser.send(post, HttpResponse.BodyHandlers.ofString()).statusCode());
    }

    private static String page(HttpClient browser, String address) throws Exception {
        HttpRequest get = HttpRequest.newBuilder(URI.create(address)).build();
        HttpResponse<String> answer = browser.send(get, HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), address);
        return answer.body();
    }
}
