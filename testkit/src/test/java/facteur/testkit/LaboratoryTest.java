package facteur.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.testkit.smtp.MessageSender;
import facteur.testkit.smtp.ProviderPreset;
import facteur.testkit.smtp.ProviderSimulator;

import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

class LaboratoryTest {
    private static final byte[] MAIL = "Subject: x\r\n\r\nx\r\n".getBytes(StandardCharsets.UTF_8);

    @Test
    void each_provider_is_found_by_dns_on_its_own_address_and_the_common_port() throws Exception {
        try (Laboratory lab = Laboratory.start(LaboratoryOptions.defaults())) {
            Set<InetAddress> addresses = new HashSet<>();
            for (String preset : ProviderPreset.names()) {
                InetAddress address = exchangerOf("team." + preset + ".lab", lab);
                addresses.add(address);
                String to = "ok@" + preset + ".lab";
                assertEquals(
                        250,
                        MessageSender.deliver(
                                        new InetSocketAddress(address, lab.smtpPort()),
                                        "c",
                                        "a@b.lab",
                                        to,
                                        MAIL)
                                .code());
                assertTrue(lab.provider(preset).log().all().getFirst().isFor(to));
            }
            assertEquals(ProviderPreset.names().size(), addresses.size());
            assertEquals(addresses.size(), lab.taken().size());
        }
    }

    @Test
    void two_laboratories_do_not_meet() throws Exception {
        try (Laboratory one = Laboratory.start(LaboratoryOptions.defaults());
                Laboratory two = Laboratory.start(LaboratoryOptions.defaults())) {
            ProviderSimulator gmail = two.provider("gmail");
            MessageSender.deliver(gmail.address(), "c", "a@b.lab", "x@gmail.lab", MAIL);
            assertEquals(0, one.taken().size());
            assertEquals(1, gmail.counts().messages());
        }
    }

    private static InetAddress exchangerOf(String domain, Laboratory lab) throws Exception {
        SimpleResolver resolver = new SimpleResolver(lab.dns().address());
        MXRecord mx = (MXRecord) ask(resolver, Name.fromString(domain, Name.root), Type.MX);
        return ((ARecord) ask(resolver, mx.getTarget(), Type.A)).getAddress();
    }

    private static Record ask(SimpleResolver resolver, Name name, int type) throws Exception {
        return resolver.send(Message.newQuery(Record.newRecord(name, type, DClass.IN)))
                .getSection(Section.ANSWER)
                .getFirst();
    }
}
