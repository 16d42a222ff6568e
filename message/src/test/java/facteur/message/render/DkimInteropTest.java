package facteur.message.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import facteur.mail.address.Domain;
import facteur.mail.message.Content;
import facteur.mail.message.Tracking;
import facteur.mail.message.TrackingMode;
import facteur.mail.text.Ascii;
import facteur.message.control.Arrival;
import facteur.message.control.Preparation;
import facteur.message.dkim.DkimAlgorithm;
import facteur.message.dkim.DkimKey;
import facteur.message.dkim.DkimSigner;
import facteur.message.html.LinkRules;
import facteur.message.mime.HeaderReader;
import facteur.message.mime.SevenBit;

import org.apache.james.jdkim.DKIMVerifier;
import org.apache.james.jdkim.api.Result;
import org.apache.james.jdkim.exceptions.FailException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A thousand varied messages, signed twice each, shown to verifiers nobody here wrote: jDKIM, and
 * as processes dkimpy, Mail::DKIM and opendkim.
 */
class DkimInteropTest {
    private static final int MESSAGES = 1000;
    private static final int BIG = 10 * 1024 * 1024;
    private static final List<String> CASES =
            List.of(
                    "long-line",
                    "whole-links",
                    "empty-fields",
                    "digest",
                    "post-alone",
                    "raw-header",
                    "raw-parts",
                    "notice",
                    "given-long-line",
                    "given-cut-url",
                    "given-from-line",
                    "given-empty-fields",
                    "given-digest",
                    "given-post-alone",
                    "one-of-each",
                    "void-fields",
                    "blank-lines");
    // As they stand and in 7 bits, as far as nobody has signed them before.
    private static final int TREES = 150;
    private static final int CORPUS = CorpusTest.MESSAGES;
    private static int all;

    private static final DkimKey RSA = key("r1", DkimAlgorithm.RSA);
    private static final DkimKey EDWARDS = key("e1", DkimAlgorithm.ED25519);
    private static final DkimSigner SIGNER = new DkimSigner(List.of(RSA, EDWARDS));

    @TempDir static Path directory;

    @BeforeAll
    static void sign() throws IOException {
        Files.createDirectory(directory.resolve("mail"));
        Files.createDirectory(directory.resolve("broken"));
        Files.writeString(
                directory.resolve("keys"),
                RSA.dnsName()
                        + " "
                        + RSA.dnsRecord()
                        + "\n"
                        + EDWARDS.dnsName()
                        + " "
                        + EDWARDS.dnsRecord()
                        + "\n");
        for (int seed = 0; seed < MESSAGES; seed++) {
            byte[] recipientCopy = signed(new DkimSamples(new Random(seed)).message(seed));
            Files.write(directory.resolve("mail/%04d.eml".formatted(seed)), recipientCopy);
            if (seed % 10 == 0) {
                Files.write(
                        directory.resolve("broken/%04d.eml".formatted(seed)),
                        broken(recipientCopy));
            }
        }
        for (String name : CASES) {
            for (boolean sevenBit : new boolean[] {false, true}) {
                String file = "mail/" + name + (sevenBit ? "-7bit" : "") + ".eml";
                Files.write(directory.resolve(file), signed(name, sevenBit));
            }
        }
        byte[] big = signed(DkimSamples.big(BIG));
        Files.write(directory.resolve("mail/big.eml"), big);
        all = MESSAGES + 2 * CASES.size() + 1;
        for (int seed = 0; seed < TREES; seed++) {
            all += both("tree-%03d".formatted(seed), new Tree(new Random(seed)).octets());
        }
        for (int seed = 0; seed < CORPUS; seed++) {
            all += both("corpus-%03d".formatted(seed), CorpusTest.message(seed));
        }
        System.out.printf(
                "%d signed messages are shown to each verifier: %d varied, %d cases in two forms,"
                        + " %d trees, the whole corpus of %d%n",
                all, MESSAGES, CASES.size(), TREES, CORPUS);
    }

    /** Writes a copy as it stands, and one in 7 bits where there may be one; tells how many. */
    private static int both(String name, byte[] message) throws IOException {
        Files.write(directory.resolve("mail/" + name + ".eml"), signed(message));
        Content content = Content.of(message);
        RecipientCopy recipientCopy = Fixture.copy(Tracking.FULL, Optional.empty(), SIGNER);
        if (Rendering.sevenBit(content, MimeMap.of(content), recipientCopy)
                instanceof SevenBit.Conversion.Converted(Content converted)) {
            byte[] seven = Fixture.octets(converted);
            Files.write(directory.resolve("mail/" + name + "-7bit.eml"), signed(seven));
            return 2;
        }
        return 1;
    }

    @Test
    void dkimpy_accepts_both_signatures_of_every_message() throws IOException {
        List<String> lines = verify("mail", "/usr/bin/python3", "verify-dkimpy.py", "python3-dkim");
        assertEquals(all, lines.size());
        for (String line : lines) {
            assertTrue(line.endsWith(".eml rsa-sha256 pass, ed25519-sha256 pass"), line);
        }
    }

    @Test
    void mail_dkim_accepts_every_rsa_signature() throws IOException {
        List<String> lines = verify("mail", "perl", "verify-dkim.pl", "libmail-dkim-perl");
        assertEquals(all, lines.size());
        for (String line : lines) { // Debian 12 has it without Ed25519
            assertTrue(line.contains(".eml rsa-sha256 pass"), line);
        }
    }

    @Test
    void opendkim_accepts_both_signatures_of_every_message() throws IOException {
        Path settings = directory.resolve("opendkim.conf");
        Files.writeString(settings, "Mode v\nTestPublicKeys " + directory.resolve("keys") + "\n");
        List<String> names = new ArrayList<>();
        try (Stream<Path> mails = Files.list(directory.resolve("mail"))) {
            mails.forEach(mail -> names.add(String.valueOf(mail.getFileName())));
        }
        List<String> lines =
                run(
                        "opendkim",
                        List.of(
                                "/usr/sbin/opendkim",
                                "-x",
                                settings.toString(),
                                "-vv",
                                "-t",
                                String.join(",", names)));
        for (DkimKey key : List.of(RSA, EDWARDS)) {
            String passed = "header.a=" + key.algorithm().tag() + " header.s=" + key.selector();
            assertEquals(
                    all,
                    lines.stream()
                            .filter(line -> line.contains("dkim=pass") && line.contains(passed))
                            .count(),
                    () -> key + "\n" + String.join("\n", lines));
        }
    }

    /**
     * jDKIM 0.5 hashes a line break for a body that is empty or blank, where RFC 6376 3.4.4 (and
     * the other three) hash nothing; it reads a header as UTF-8, whatever it is; and it knows no
     * Ed25519, which it reports as a failure.
     */
    @Test
    void jdkim_accepts_every_rsa_signature_over_a_body_with_text() throws IOException {
        List<Path> mails;
        try (Stream<Path> files = Files.list(directory.resolve("mail"))) {
            mails = files.toList();
        }
        int accepted = 0;
        for (Path mail : mails) {
            byte[] octets = Files.readAllBytes(mail);
            String text = Fixture.latin(octets);
            int body = text.indexOf("\r\n\r\n");
            String header = new String(octets, 0, body, StandardCharsets.UTF_8);
            if (!text.substring(body).isBlank() && header.indexOf('\ufffd') < 0) {
                List<Result> results = jdkim(octets);
                assertEquals(
                        Result.Type.PASS,
                        results.getFirst().getResultType(),
                        () -> mail + " " + results);
                accepted++;
            }
        }
        assertTrue(accepted > MESSAGES * 9 / 10, "only " + accepted + " with a text");
    }

    private static List<Result> jdkim(byte[] message) throws IOException {
        DKIMVerifier verifier = new DKIMVerifier((_, _, _) -> List.of(RSA.dnsRecord()));
        List<Result> results = new ArrayList<>();
        try {
            verifier.verify(new ByteArrayInputStream(message));
        } catch (FailException e) {
            results.addAll(verifier.getResults());
            assertTrue(!results.isEmpty(), e.toString());
        }
        return results.isEmpty() ? verifier.getResults() : results;
    }

    @Test
    void a_message_changed_on_the_way_is_refused() throws IOException {
        List<String> lines =
                verify("broken", "/usr/bin/python3", "verify-dkimpy.py", "python3-dkim");
        assertEquals(MESSAGES / 10, lines.size());
        for (String line : lines) {
            assertTrue(!line.contains("pass"), line);
        }
    }

    private static byte[] signed(byte[] message) {
        RecipientCopy recipientCopy =
                Fixture.copy(Tracking.FULL, Optional.of("Automne 2026"), SIGNER);
        byte[] octets = Fixture.octets(Fixture.render(message, recipientCopy).content());
        return ended(octets);
    }

    /** DATA always ends a last line. */
    private static byte[] ended(byte[] octets) {
        boolean ended = octets[octets.length - 1] == '\n';
        return ended ? octets : Fixture.latin(Fixture.latin(octets) + "\r\n");
    }

    /** With links in plain text rewritten; as it stands, and for a host without 8BITMIME. */
    private static byte[] signed(String name, boolean sevenBit) throws IOException {
        Content content;
        try (InputStream in = DkimInteropTest.class.getResourceAsStream("cases/" + name + ".eml")) {
            String lines =
                    new String(
                            Objects.requireNonNull(in, name).readAllBytes(),
                            StandardCharsets.ISO_8859_1);
            // Keys are published for one domain.
            String ours = lines.replace("alice@sender.test", "alice@shop.example");
            content = Content.of(prepared(Fixture.latin(ours.replace("\n", "\r\n"))));
        }
        LinkRules rules = new LinkRules(false, true);
        RecipientCopy recipientCopy =
                Fixture.copy(Tracking.FULL, Optional.of("Automne 2026"), SIGNER);
        if (sevenBit) {
            switch (Rendering.sevenBit(content, MimeMap.of(content, rules), recipientCopy)) {
                case SevenBit.Conversion.Converted(Content converted) -> content = converted;
                case SevenBit.Conversion.Impossible(String why) -> fail(name + ": " + why);
            }
        }
        Content sent =
                Rendering.render(content, MimeMap.of(content, rules), recipientCopy).content();
        byte[] octets = Fixture.octets(sent);
        assertTrue(!sevenBit || Ascii.is(octets, octets.length), name);
        for (String line : Fixture.latin(octets).split("\r\n", -1)) {
            assertTrue(line.length() <= 998, name);
        }
        return ended(octets);
    }

    /** As submission keeps it: with what the header lacks, without a line of a mailbox file. */
    private static byte[] prepared(byte[] message) {
        HeaderReader reader = new HeaderReader();
        reader.offer(message, 0, message.length);
        Preparation.Prepared done =
                Preparation.prepare(
                        reader.block(),
                        new Arrival(
                                Fixture.RECIPIENT.message(),
                                Instant.EPOCH,
                                "mail.shop.example",
                                "app",
                                "192.0.2.1",
                                "ESMTP",
                                TrackingMode.FULL));
        return Fixture.latin(done.prefix() + Fixture.latin(message).substring(done.dropped()));
    }

    /** One letter of the subject, which every sample has. */
    private static byte[] broken(byte[] recipientCopy) {
        String text = Fixture.latin(recipientCopy);
        int at = text.toLowerCase(Locale.ROOT).indexOf("\r\nsubject:") + 10;
        return Fixture.latin(text.substring(0, at) + " Z" + text.substring(at));
    }

    private static List<String> verify(
            String mails, String program, String script, String debianPackage) throws IOException {
        Path path = directory.resolve(script);
        try (InputStream in = DkimInteropTest.class.getResourceAsStream(script)) {
            Files.write(path, Objects.requireNonNull(in, script).readAllBytes());
        }
        String mail = directory.resolve(mails).toString();
        String keys = directory.resolve("keys").toString();
        return run(debianPackage, List.of(program, path.toString(), mail, keys));
    }

    private static List<String> run(String debianPackage, List<String> command) throws IOException {
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .directory(directory.resolve("mail").toFile())
                            .redirectError(directory.resolve("errors").toFile())
                            .start();
        } catch (IOException e) {
            throw new IOException("install " + debianPackage + " for this test", e);
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                String errors = Files.readString(directory.resolve("errors"));
                fail(command + " failed; is " + debianPackage + " installed?\n" + errors);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while " + command + " ran", e);
        }
        return output.lines().toList();
    }

    private static DkimKey key(String selector, DkimAlgorithm algorithm) {
        String pem = DkimKey.generate(algorithm, new SecureRandom());
        return DkimKey.of(new Domain("shop.example"), selector, pem);
    }
}
