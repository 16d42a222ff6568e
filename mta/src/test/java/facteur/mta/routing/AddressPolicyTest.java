package facteur.mta.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.config.unit.Network;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetAddress;
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
        "ff02::1, no"
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
        "8.8.8.8, 10.0.0.0/8, yes"
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
}
