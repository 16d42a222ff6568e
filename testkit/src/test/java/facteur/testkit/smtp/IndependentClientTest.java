package facteur.testkit.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The judge is judged: a client that shares no code with us must get on with the simulator. */
class IndependentClientTest {
    private static final String CLIENT =
            """
            import smtplib, ssl, sys
            context = ssl._create_unverified_context()
            with smtplib.SMTP(sys.argv[1], int(sys.argv[2]), timeout=20) as s:
                s.ehlo("python.lab")
                assert s.has_extn("starttls") and s.has_extn("size") and s.has_extn("8bitmime"), s.esmtp_features
                s.starttls(context=context)
                refused = s.sendmail("a@send.lab", ["ok@gmail.lab", "unknown@gmail.lab"],
                                     b"Subject: from python\\r\\n\\r\\n.dot\\r\\n\\xc3\\xa9\\r\\n", mail_options=["BODY=8BITMIME"])
                assert refused["unknown@gmail.lab"][0] == 550, refused
                assert b"NoSuchUser" in refused["unknown@gmail.lab"][1], refused
                try:
                    s.sendmail("a@send.lab", ["spam@gmail.lab"], b"Subject: x\\r\\n\\r\\nx\\r\\n")
                    sys.exit("spam was taken")
                except smtplib.SMTPDataError as e:
                    assert e.smtp_code == 550, e
            print("done")
            """;

    @Test
    void python_smtplib_gets_on_with_the_simulator(@TempDir Path directory) throws Exception {
        assumeTrue(pythonIsThere(), "python3 is not installed");
        Path script = Files.writeString(directory.resolve("client.py"), CLIENT);
        try (ProviderSimulator server = ProviderSimulator.start(ProviderOptions.of("gmail"))) {
            Process python =
                    new ProcessBuilder(
                                    "python3",
                                    script.toString(),
                                    server.address().getHostString(),
                                    Integer.toString(server.address().getPort()))
                            .redirectErrorStream(true)
                            .start();
            String said =
                    new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(python.waitFor(30, TimeUnit.SECONDS));
            assertEquals("done", said.strip());
            TakenMessage takenMessage = server.log().all().getFirst();
            assertEquals("Subject: from python\r\n\r\n.dot\r\n\u00e9\r\n", takenMessage.text());
            assertTrue(takenMessage.tls());
            assertEquals(1, server.log().total());
        }
    }

    private static boolean pythonIsThere() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "-c", "import ssl").start().waitFor() == 0;
        } catch (IOException missing) {
            return false;
        }
    }
}
