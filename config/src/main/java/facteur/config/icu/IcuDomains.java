package facteur.config.icu;

import com.ibm.icu.text.IDNA;

import facteur.mail.address.AddressParser;

import java.util.Optional;

/**
 * The ASCII form of a domain by UTS 46 without the transitional mappings: {@code straße.de} is
 * {@code xn--strae-oqa.de} and not {@code strasse.de}, a different owner's name.
 */
public final class IcuDomains implements AddressParser.DomainToAscii {
    private static final IDNA UTS46 =
            IDNA.getUTS46Instance(
                    IDNA.NONTRANSITIONAL_TO_ASCII
                            | IDNA.USE_STD3_RULES
                            | IDNA.CHECK_BIDI
                            | IDNA.CHECK_CONTEXTJ);

    @Override
    public Optional<String> apply(String domain) {
        IDNA.Info info = new IDNA.Info();
        StringBuilder ascii = UTS46.nameToASCII(domain, new StringBuilder(), info);
        return info.hasErrors() || ascii.isEmpty()
                ? Optional.empty()
                : Optional.of(ascii.toString());
    }
}
