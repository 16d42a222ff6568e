package facteur.mail.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

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

    @Test
    void all_spellings_of_a_literal_have_one_key() {
        for (List<String> same :
                List.of(
                        List.of(
                                "x@[ipv6:2001:4860::1]",
                                "x@[IPv6:2001:4860:0::1]",
                                "x@[IPV6:2001:4860:0:0:0:0:0:1]",
                                "x@[IPv6:2001:4860::0001]"),
                        List.of("x@[ipv6:::ffff:8.8.8.8]", "x@[IPv6:0:0:0:0:0:FFFF:808:808]"),
                        List.of("x@[ipv6:::1]", "x@[IPv6:0:0::1]"),
                        List.of("x@[ipv6:::]", "x@[IPv6:0::0]"),
                        List.of("x@[8.8.8.8]", "x@[8.8.8.008]"))) {
            for (String text : same) {
                assertEquals(same.getFirst(), key(text).value(), text);
            }
        }
    }

    @Test
    void what_no_reader_takes_for_an_address_is_no_literal() {
        for (String none :
                List.of(
                        "[1.2.3]",
                        "[1.2.3.256]",
                        "[1.2.3.4.5]",
                        "[\uff11\uff12\uff17.0.0.1]", // full-width digits
                        "[\u0661\u0662\u0667.0.0.1]", // Arabic digits
                        "[::1]",
                        "[IPv6:1:2]",
                        "[IPv6:2001::1::2]",
                        "[IPv6:12345::1]",
                        "[IPv6:::\uff11]",
                        "[IPv6:1:2:3:4:5:6:7:8:9]",
                        "[IPv6:4::1.2.3.4.5]",
                        "[IPv6:2001:4860::8.8.8]",
                        "[IPv6:fe80::1%lo]",
                        "[IPv6:.]",
                        "[IPv6:]",
                        "[]")) {
            assertEquals(Optional.empty(), AddressParser.ascii().address("x@" + none), none);
        }
    }
}
