package facteur.mta.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.password.ScramKeys;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Base64;
import java.util.Optional;

/** The example of RFC 7677 3, and what departs from it. */
class ScramTest {
    private static final String FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    private static final String OUR_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String FINAL =
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                    + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

    private static Scram scram(String first) {
        byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
        return new Scram(
                Scram.first(first).orElseThrow(),
                OUR_NONCE,
                ScramKeys.derive("pencil", salt, 4096));
    }

    @Test
    void the_example_of_the_rfc_is_accepted_and_answered_to_the_letter() {
        Scram scram = scram(FIRST);
        assertEquals(
                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                scram.serverFirst());
        assertEquals(
                Optional.of("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="),
                scram.serverFinal(FINAL));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "p=",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                "c=eSws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=????",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        + "p=eHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
            })
    void another_final_message_is_not(String message) {
        assertTrue(scram(FIRST).serverFinal(message).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n",
                "n,,n=user",
                "p=tls-unique,,n=user,r=x",
                "n,a=somebody,n=user,r=x",
                "n,,m=ext,n=user,r=x",
                "n,,n=,r=x",
                "n,,n=us=er,r=x",
                "n,,n=user,r=",
                "n,,n=user,r=a b"
            })
    void a_first_message_is_refused_when_it_asks_for_more_or_is_none(String message) {
        assertTrue(Scram.first(message).isEmpty(), message);
    }

    @Test
    void commas_and_equals_signs_in_names_are_escaped() {
        assertEquals("a,b=c", Scram.first("y,,n=a=2Cb=3Dc,r=x").orElseThrow().user());
        assertEquals("user", Scram.first("n,a=user,n=user,r=x").orElseThrow().user());
    }
}
