package facteur.message.dkim;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Optional;

/**
 * The Amazon Corretto Crypto Provider, when it is there and its native library loads: it signs RSA
 * four times as fast as the JDK, and signing is the dearest step on a message's way. It is never
 * installed for the whole machine, only asked here.
 */
final class AccpProvider {
    private static final Logger LOG = LoggerFactory.getLogger(AccpProvider.class);
    private static final String NAME =
            "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";
    private static final Optional<Provider> PROVIDER = load();

    private AccpProvider() {}

    static Optional<Provider> get() {
        return PROVIDER;
    }

    /** The key in the form which {@link #signature} is quickest with. */
    static PrivateKey rsa(PrivateKey key) throws GeneralSecurityException {
        return PROVIDER.isPresent()
                ? KeyFactory.getInstance("RSA", PROVIDER.get())
                        .generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()))
                : key;
    }

    /** The algorithm from this provider, else from the JDK. */
    static Signature signature(String algorithm) throws GeneralSecurityException {
        return PROVIDER.isPresent()
                ? Signature.getInstance(algorithm, PROVIDER.get())
                : Signature.getInstance(algorithm);
    }

    private static Optional<Provider> load() {
        try {
            Provider provider =
                    Class.forName(NAME)
                            .asSubclass(Provider.class)
                            .getDeclaredConstructor()
                            .newInstance();
            Signature probe = Signature.getInstance("SHA256withRSA", provider);
            LOG.info("DKIM signing with {} {}", probe.getProvider().getName(), provider.getInfo());
            return Optional.of(provider);
        } catch (ReflectiveOperationException | GeneralSecurityException | LinkageError e) {
            // Not there, or built for another machine: the JDK does the same, only more slowly.
            LOG.info("DKIM signing with the JDK, as {} is not usable here: {}", NAME, e.toString());
            return Optional.empty();
        }
    }
}
