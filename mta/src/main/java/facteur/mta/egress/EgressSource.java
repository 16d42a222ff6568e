package facteur.mta.egress;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A local address with the name that it goes by.
 *
 * @param address empty: whichever the system chooses
 * @param ehlo the name given in EHLO; the reverse DNS of the address should say the same
 * @param weight its share of the mail of a pool, beside those of the others
 */
public record EgressSource(String name, Optional<InetAddress> address, String ehlo, int weight) {}
