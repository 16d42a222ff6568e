package facteur.mta.reception.james;

import facteur.mta.reception.Talk;
import facteur.mta.submission.Credential;
import facteur.mta.submission.Credentials;

import org.apache.james.core.Username;
import org.apache.james.protocols.api.OidcSASLConfiguration;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.AuthHook;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;

import java.util.Optional;

/**
 * Checks user and password. Every failure costs the client time, and the third one the connection.
 */
final class PasswordHook implements AuthHook {
    private static final int FAILURES = 3;

    private final Credentials credentials;

    PasswordHook(Credentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public HookResult doAuth(SMTPSession session, Username username, String password) {
        Session ours = Session.of(session);
        Talk talk = ours.talk();
        Optional<Credential> credential =
                credentials.authenticate(username.asString(), password, talk.client());
        if (credential.isPresent()) {
            talk.authenticated(credential.get());
            return answer(HookReturnCode.ok(), "235", "2.7.0 welcome");
        }
        ours.client().slowDown();
        boolean enough = talk.loginFailed() >= FAILURES;
        return enough
                ? answer(
                        HookReturnCode.disconnected(HookReturnCode.Action.DENY),
                        "421",
                        "4.7.0 too many failed logins")
                : answer(HookReturnCode.deny(), "535", "5.7.8 user name or password is wrong");
    }

    private static HookResult answer(HookReturnCode what, String code, String text) {
        return HookResult.builder()
                .hookReturnCode(what)
                .smtpReturnCode(code)
                .smtpDescription(text)
                .build();
    }

    @Override
    public HookResult doSasl(
            SMTPSession session, OidcSASLConfiguration configuration, String initialResponse) {
        return HookResult.DECLINED;
    }
}
