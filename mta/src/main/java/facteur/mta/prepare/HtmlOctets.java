package facteur.mta.prepare;

/** Octets as HTML reads them (whatwg HTML 13.2.5): its white space, its letters without case. */
final class HtmlOctets {
    private HtmlOctets() {}

    static int lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? octet + 32 : octet;
    }

    static boolean isSpace(byte octet) {
        return octet == ' ' || octet == '\t' || octet == '\n' || octet == '\f' || octet == '\r';
    }
}
