package facteur.mta.feedback;

import com.code_intelligence.jazzer.junit.FuzzTest;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.message.MailId;
import facteur.mta.disposition.BounceClassifier;
import facteur.mta.disposition.BounceRules;

import java.time.Instant;

/** Whatever comes back: reports, complaints, notices in words, and any octets at all. */
class ReturnedMailFuzz {
    private static final ReturnedMailReader READER =
            new ReturnedMailReader(new BounceClassifier(BounceRules.shipped()));
    private static final Address ANNE = new Address("anne", new Domain("shop.example"));

    @FuzzTest(maxDuration = "60s")
    void returned_mail(byte[] mail) {
        ReturnJudge.judge(
                READER.read(mail), new MailId(1).recipient(0), ANNE, Instant.EPOCH, "<r@x>");
    }
}
