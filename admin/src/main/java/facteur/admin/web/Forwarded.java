package facteur.admin.web;

import facteur.config.unit.Network;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Predicate;

/** Whom a request comes from, as far as those on its way can be believed. */
public final class Forwarded {
    private Forwarded() {}

    /**
     * @param peer the other end of the connection
     * @param forwarded what X-Forwarded-For says: each proxy adds at the end whom it was asked by
     * @param isProxy whose word is taken; anybody else could name any address
     */
    public static InetAddress client(
            InetAddress peer, String forwarded, Predicate<InetAddress> isProxy) {
        InetAddress client = peer;
        String rest = forwarded;
        while (!rest.isBlank() && isProxy.test(client)) {
            int comma = rest.lastIndexOf(',');
            Optional<InetAddress> named = Network.literal(rest.substring(comma + 1).strip());
            if (named.isEmpty()) {
                return client;
            }
            client = named.get();
            rest = comma < 0 ? "" : rest.substring(0, comma);
        }
        return client;
    }
}
