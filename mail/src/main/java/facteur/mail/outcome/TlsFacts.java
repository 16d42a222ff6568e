package facteur.mail.outcome;

/**
 * How a session was protected.
 *
 * @param protocol such as {@code TLSv1.3}
 * @param cipher the suite; empty where that is not known
 * @param peer what proved that it was the host meant
 */
public record TlsFacts(String protocol, String cipher, Peer peer) {
    /** What proved the peer's identity. */
    public enum Peer {
        /** Nothing: encrypted, not authenticated (RFC 7435). */
        UNPROVEN,
        /** A certificate that chains to a public authority and bears the name (RFC 8461 4.2). */
        PKIX,
        /** TLSA records (RFC 7672). */
        DANE
    }

    /**
     * Facts of a session that was only encrypted.
     *
     * @param session protocol and cipher, parted by a blank
     */
    public static TlsFacts unproven(String session) {
        int blank = session.indexOf(' ');
        return blank < 0
                ? new TlsFacts(session, "", Peer.UNPROVEN)
                : new TlsFacts(
                        session.substring(0, blank), session.substring(blank + 1), Peer.UNPROVEN);
    }

    @Override
    public String toString() {
        return cipher.isEmpty() ? protocol : protocol + " " + cipher;
    }
}
