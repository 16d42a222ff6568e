package facteur.mail.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

import java.util.List;

class AddressKeyTest {
    private static AddressKey key(String text) {
        return AddressParser.ascii().address(text).orElseThrow().key();
    }

    @Test
    void all_spellings_of_a_mailbox_have_one_key() {
        for (List<String> same :
                List.of(
                        List.of(
                                "supp.one@rcpt.test",
                                "\"supp.one\"@rcpt.test",
                                "\"s\\upp.one\"@rcpt.test",
                                "SUPP.one@rcpt.TEST",
                                "\"\\S\\U\\P\\P\\.one\"@RCPT.test"),
                        List.of("\"a b\"@rcpt.test", "\"a\\ b\"@rcpt.test", "\"A b\"@rcpt.test"),
                        List.of("\"a\\\"b\"@rcpt.test", "\"\\a\\\"b\"@rcpt.test"),
                        List.of("caf\u00e9@rcpt.test", "cafe\u0301@rcpt.test"),
                        List.of("\"\"@rcpt.test"))) {
            for (String text : same) {
                assertEquals(key(same.getFirst()), key(text), text);
                assertEquals(key(text), key(key(text).value()), "a key is its own key");
            }
        }
    }

    @Test
    void quotes_that_say_something_stay() {
        assertEquals("supp.one@rcpt.test", key("\"supp.one\"@rcpt.test").value());
        for (List<String> different :
                List.of(
                        List.of("\"a b\"@rcpt.test", "ab@rcpt.test"),
                        List.of("\".a\"@rcpt.test", "a@rcpt.test"),
                        List.of("\"a..b\"@rcpt.test", "a.b@rcpt.test"),
                        List.of("\"a@b\"@rcpt.test", "a@rcpt.test"),
                        List.of("\"a\\\\b\"@rcpt.test", "\"ab\"@rcpt.test"))) {
            assertNotEquals(key(different.getFirst()), key(different.getLast()));
        }
    }
}
