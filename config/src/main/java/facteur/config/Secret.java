package facteur.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A password or private key. Never printed: a settings tree may be logged as it is. */
public record Secret(String value) {
    /** Compares in a time that depends only on the length of what was offered. */
    public boolean matches(String offered) {
        return MessageDigest.isEqual(
                offered.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "(secret)";
    }
}
