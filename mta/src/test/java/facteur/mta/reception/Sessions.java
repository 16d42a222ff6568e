package facteur.mta.reception;

import facteur.config.access.LoginThrottle;
import facteur.mail.address.AddressParser;
import facteur.mta.reception.james.JamesSessionFactory;
import facteur.mta.routing.AddressPolicy;
import facteur.mta.smtpd.PathReader;
import facteur.mta.submission.Credentials;
import facteur.mta.submission.Submission;

import java.time.InstantSource;

/** Sessions of applications as a server has them, for tests that open a listener. */
public final class Sessions {
    private Sessions() {}

    public static JamesSessionFactory of(
            Submission submission, Credentials credentials, AddressPolicy destinations) {
        return new JamesSessionFactory(
                submission,
                () -> credentials,
                new JamesSessionFactory.Doorkeeping(
                        new LoginThrottle(JamesSessionFactory.Doorkeeping.GUESSES),
                        InstantSource.system(),
                        destinations),
                new PathReader(AddressParser.ascii()));
    }
}
