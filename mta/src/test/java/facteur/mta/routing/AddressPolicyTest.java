package facteur.mta.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.unit.Network;
import facteur.mail.address.Domain;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetAddress;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;

class AddressPolicyTest {
    @ParameterizedTest
    @CsvSource({
        "8.8.8.8, yes",
        "1.1.1.1, yes",
        "172.32.0.1, yes",
        "100.128.0.1, yes",
        "192.0.1.1, yes",
        "223.255.255.255, yes",
        "2606:4700::1111, yes",
        "2a00:1450::1, yes",
        "0.0.0.0, no",
        "0.1.2.3, no",
        "10.0.0.1, no",
        "100.64.0.1, no",
        "127.0.0.1, no",
        "127.255.255.254, no",
        "169.254.169.254, no",
        "172.16.0.1, no",
        "172.31.255.255, no",
        "192.0.0.8, no",
        "192.168.1.1, no",
        "198.18.0.1, no",
        "198.19.255.255, no",
        "224.0.0.1, no",
        "240.0.0.1, no",
        "255.255.255.255, no",
        "::, no",
        "::1, no",
        "::127.0.0.1, no",
        "::ffff:10.0.0.1, no",
        "64:ff9b::a00:1, no",
        "64:ff9b:1::1, no",
        "100::1, no",
        "2001:0:a00:1::1, no",
        "2002:7f00:1::1, no",
        "fc00::1, no",
        "fdff::1, no",
        "fe80::1, no",
        "fec0::1, no",
        "ff02::1, no",
        "192.0.2.1, no",
        "198.51.100.7, no",
        "203.0.113.255, no",
        "192.88.99.1, no",
        "192.175.48.1, yes",
        "::ffff:0:10.0.0.1, no",
        "::ffff:0:8.8.8.8, no",
        "::8.8.8.8, no",
        "64:ff9b::8.8.8.8, no",
        "5f00::1, no",
        "3fff::1, no",
        "3fff:fff:ffff::1, no",
        "4000::1, no",
        "2001:db8::1, no",
        "2001:10::1, no",
        "2001:1f::1, no",
        "2001:20::1, no",
        "2001:2f::1, no",
        "2001:30::1, no",
        "2001:2::1, no",
        "2001:200::1, yes",
        "2400::1, yes",
        "2620:4f:8000::1, yes",
        "100:0:0:1::1, no",
        "fe80::1%1, no",
        "::ffff:8.8.8.8, yes"
    })
    void only_global_unicast_is_connected_to(String address, String may) {
        assertEquals(
                may.equals("yes"),
                new AddressPolicy(List.of()).mayConnectTo(InetAddress.ofLiteral(address)));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.0/8, yes",
        "10.1.2.3, 10.1.0.0/16, yes",
        "10.2.2.3, 10.1.0.0/16, no",
        "::1, ::1/128, yes",
        "::1, 127.0.0.0/8, no",
        "fd00::1, 127.0.0.0/8 fd00::/8, yes",
        "8.8.8.8, 10.0.0.0/8, yes",
        "192.0.2.1, 192.0.2.0/24, yes",
        "64:ff9b::8.8.8.8, 64:ff9b::/96, yes",
        "64:ff9b::10.0.0.1, 64:ff9b::/96, no",
        "64:ff9b::127.0.0.1, 64:ff9b::/96, no",
        "64:ff9b::169.254.169.254, 64:ff9b::/96, no",
        "64:ff9b::10.0.0.1, 64:ff9b::/96 10.0.0.0/8, yes",
        "64:ff9b:1:808:8:800::, 64:ff9b:1::/48, yes",
        "64:ff9b:1:a00:0:100::, 64:ff9b:1::/48, no",
        "64:ff9b:1:2::8.8.8.8, 64:ff9b:1:2::/96, yes",
        "64:ff9b:1:2::10.0.0.1, 64:ff9b:1:2::/96, no"
    })
    void a_laboratory_may_allow_more(String address, String networks, String may) {
        List<Network> allowed =
                Arrays.stream(networks.split(" "))
                        .map(text -> Network.parse(text).orElseThrow())
                        .toList();
        assertEquals(
                may.equals("yes"),
                new AddressPolicy(allowed).mayConnectTo(InetAddress.ofLiteral(address)));
    }

    @ParameterizedTest
    @CsvSource({
        "[127.0.0.1], yes",
        "[169.254.169.254], yes",
        "[ipv6:::1], yes",
        "[ipv6:fe80::1], yes",
        "[ipv6:::ffff:127.0.0.1], yes",
        "[ipv6:64:ff9b::7f00:1], yes",
        "127.0.0.1, yes",
        "10.0.0.1, yes",
        "127.1, yes",
        "10.1, yes",
        "0177.0.0.1, yes",
        "0x7f.0.0.1, yes",
        "127.0.0x1, yes",
        "169.254.43518, yes",
        "169.0xfea9fe, yes",
        "010.0.0.1, yes",
        "8.8.2056, no",
        "0x8.8.8.0x8, no",
        "0x7f.example, no",
        "[8.8.8.8], no",
        "8.8.8.8, no",
        "[ipv6:2606:4700::1111], no",
        "mx.example.org, no",
        "127.0.0.1.example, no"
    })
    void literals_of_forbidden_addresses_are_known(String domain, String forbidden) {
        assertEquals(
                forbidden.equals("yes"),
                new AddressPolicy(List.of()).isForbiddenLiteral(new Domain(domain)));
    }

    @Test
    void the_registries_are_data_with_a_date() {
        SpecialAddresses shipped = SpecialAddresses.shipped();
        assertTrue(shipped.date().isAfter(LocalDate.of(2025, 1, 1)), shipped.date().toString());
        assertTrue(shipped.blocks().size() > 35, shipped.blocks().size() + " blocks");
    }
}
