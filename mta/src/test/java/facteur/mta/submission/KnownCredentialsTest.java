package facteur.mta.submission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.CredentialSettings;
import facteur.config.Secret;
import facteur.config.password.PasswordVerifier;
import facteur.config.password.bouncycastle.Argon2id;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

class KnownCredentialsTest {
    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.1");

    private final List<Runnable> slow = new ArrayList<>();

    private KnownCredentials known(String... passwords) {
        List<CredentialSettings> settings = new ArrayList<>();
        for (String password : passwords) {
            settings.add(
                    CredentialSettings.unrestricted("u" + settings.size(), new Secret(password)));
        }
        return new KnownCredentials(settings, new Argon2id(), slow::add);
    }

    private boolean accepts(KnownCredentials known, String user, String password) {
        CompletableFuture<Optional<Credential>> looked = known.authenticate(user, password, CLIENT);
        slow.forEach(Runnable::run);
        slow.clear();
        return looked.join().isPresent();
    }

    @Test
    void each_form_of_password_is_compared_in_its_way() {
        PasswordVerifier.Key.Made key = PasswordVerifier.Key.make(new SecureRandom());
        KnownCredentials known = known("in clear", new Argon2id().hash("chosen"), key.kept());
        assertTrue(accepts(known, "U0", "in clear"));
        assertTrue(accepts(known, "u1", "chosen"));
        assertTrue(accepts(known, "u1", "chosen"), "known again");
        assertTrue(accepts(known, "u2", key.key()));
        for (String user : List.of("u0", "u1", "u2", "nobody")) {
            assertFalse(accepts(known, user, "wrong"), user);
            assertFalse(accepts(known, user, ""), user);
        }
        assertFalse(accepts(known, "u1", new Argon2id().hash("chosen")), "a hash is no password");
        assertFalse(accepts(known, "u2", key.kept()), "what is kept is no password");
    }

    @Test
    void an_unknown_user_costs_as_much_as_the_dearest_that_is_known() {
        KnownCredentials known = known("in clear", new Argon2id().hash("chosen"));
        CompletableFuture<Optional<Credential>> nobody =
                known.authenticate("nobody", "guess", CLIENT);
        assertFalse(nobody.isDone());
        assertEquals(1, slow.size());
    }

    @Test
    void a_slow_comparison_that_finds_no_room_says_so() {
        KnownCredentials full =
                new KnownCredentials(
                        List.of(
                                CredentialSettings.unrestricted(
                                        "u", new Secret(new Argon2id().hash("chosen")))),
                        new Argon2id(),
                        _ -> {
                            throw new RejectedExecutionException("full");
                        });
        assertTrue(full.authenticate("u", "chosen", CLIENT).isCompletedExceptionally());
    }

    @Test
    void who_logged_in_lately_does_not_queue_behind_those_who_guess() {
        String hash = new Argon2id().hash("chosen");
        List<CredentialSettings> settings =
                List.of(CredentialSettings.unrestricted("u", new Secret(hash)));
        KnownCredentials known = new KnownCredentials(settings, new Argon2id(), slow::add);
        assertTrue(accepts(known, "u", "chosen"));
        for (int i = 0; i < 50; i++) {
            assertFalse(known.authenticate("u", "guess " + i, CLIENT).isDone());
        }
        assertTrue(known.authenticate("u", "chosen", CLIENT).join().isPresent());
        assertEquals(50, slow.size(), "compared without the queue");
        KnownCredentials same =
                new KnownCredentials(settings, new Argon2id(), slow::add, Optional.of(known));
        assertTrue(same.authenticate("u", "chosen", CLIENT).isDone(), "a reload keeps it");
        KnownCredentials changed =
                new KnownCredentials(
                        List.of(
                                CredentialSettings.unrestricted(
                                        "u", new Secret(new Argon2id().hash("chosen")))),
                        new Argon2id(),
                        slow::add,
                        Optional.of(same));
        assertFalse(changed.authenticate("u", "chosen", CLIENT).isDone(), "a change drops it");
        KnownCredentials revoked =
                new KnownCredentials(List.of(), new Argon2id(), slow::add, Optional.of(same));
        KnownCredentials again =
                new KnownCredentials(settings, new Argon2id(), slow::add, Optional.of(revoked));
        assertFalse(again.authenticate("u", "chosen", CLIENT).isDone(), "so does a revocation");
    }

    @Test
    void scram_is_offered_only_when_everybody_can_use_it() {
        assertTrue(known("in clear").offerScram());
        assertFalse(known("in clear", new Argon2id().hash("chosen")).offerScram());
    }

    @Test
    void scram_tells_nobody_who_is_unknown() {
        KnownCredentials known = known("in clear");
        assertEquals(
                List.of(boxed(known.scramKeys("nobody").salt())),
                List.of(boxed(known.scramKeys("NOBODY").salt())),
                "the same salt each time");
        assertEquals(known.scramKeys("u0").salt().length, known.scramKeys("nobody").salt().length);
        assertEquals(known.scramKeys("u0").iterations(), known.scramKeys("nobody").iterations());
        assertTrue(known.proven("nobody", CLIENT).isEmpty());
    }

    private static List<Byte> boxed(byte[] octets) {
        List<Byte> list = new ArrayList<>();
        for (byte octet : octets) {
            list.add(octet);
        }
        return list;
    }
}
