package facteur.mta.feedback;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.message.MailId;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRulesReader;
import facteur.mta.disposition.Samples;

import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.stream.Stream;

/** Whatever comes back: reports, complaints, notices in words, and any octets at all. */
class ReturnedMailFuzz {
    private static final ReturnedMailReader READER =
            new ReturnedMailReader(new BounceClassifier(BounceRulesReader.shipped()));
    private static final Address ANNE = new Address("anne", new Domain("shop.example"));

    // Small ones are tried many more times a second.
    private static final int LARGEST_SEED = 6 << 10;

    static Stream<byte[]> samples() throws IOException {
        return HostileMailTest.names().stream()
                .map(ReturnedMailFuzz::sample)
                .filter(sample -> sample.length <= LARGEST_SEED);
    }

    private static byte[] sample(String name) {
        try {
            return Samples.bytes(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @DictionaryEntries({
        "Content-Type: multipart/report; report-type=delivery-status; boundary=",
        "Content-Type: message/delivery-status",
        "Content-Type: message/feedback-report",
        "Content-Type: text/rfc822-headers",
        "Content-Transfer-Encoding: base64",
        "Content-Transfer-Encoding: quoted-printable",
        "Final-Recipient: rfc822; ",
        "Original-Recipient: rfc822; ",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 ",
        "Feedback-Type: abuse",
        "Original-Rcpt-To: ",
        "Auto-Submitted: auto-replied",
        "X-Failed-Recipients: ",
        "Hi. This is the qmail-send program at ",
        "<<< 550 ",
        "=?utf-8?B?",
        "=?iso-2022-jp?Q?"
    })
    @MethodSource("samples")
    @FuzzTest(maxDuration = "4m")
    void returned_mail(byte[] mail) {
        ReturnedMailPolicy.judge(
                READER.read(mail), new MailId(1).recipient(0), ANNE, Instant.EPOCH, "<r@x>");
    }
}
