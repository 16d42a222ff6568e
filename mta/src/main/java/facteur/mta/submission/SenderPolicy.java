package facteur.mta.submission;

import facteur.config.CredentialSettings.From;
import facteur.config.icu.IcuDomains;
import facteur.mail.address.AddressParser;
import facteur.mail.address.Domain;
import facteur.message.mime.Authors;
import facteur.message.mime.HeaderBlock;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether a message says to come from whom its credential may send for: the fields From and Sender,
 * and those of who sends it again (RFC 5322 3.6.6), which people read, where the credential is
 * {@code strict}.
 */
final class SenderPolicy {
    private static final AddressParser ADDRESSES = new AddressParser(new IcuDomains());

    private SenderPolicy() {}

    /** Why the message is not taken; empty when it is. */
    static Optional<SubmissionRefusal> refusal(Credential credential, HeaderBlock header) {
        if (credential.from() == From.ENVELOPE) {
            return Optional.empty();
        }
        return once(credential, header, "From")
                .or(() -> once(credential, header, "Sender"))
                .or(() -> each(credential, header, "Resent-From"))
                .or(() -> each(credential, header, "Resent-Sender"));
    }

    private static Optional<SubmissionRefusal> once(
            Credential credential, HeaderBlock header, String name) {
        List<HeaderBlock.Field> fields = header.all(name);
        if (fields.size() > 1) {
            // RFC 5322 3.6: one at most. Readers differ in which of two they show.
            return Optional.of(
                    SubmissionRefusal.malformed(
                            "the message has more than one " + name + " field"));
        }
        return each(credential, header, name);
    }

    /** Whoever sends a message again adds fields of their own: there may be several. */
    private static Optional<SubmissionRefusal> each(
            Credential credential, HeaderBlock header, String name) {
        return header.all(name).stream()
                .flatMap(field -> of(credential, header, field, name).stream())
                .findFirst();
    }

    private static Optional<SubmissionRefusal> of(
            Credential credential, HeaderBlock header, HeaderBlock.Field field, String name) {
        return switch (Authors.read(header, field, ADDRESSES)) {
            case Authors.Read.Unreadable(String why) ->
                    Optional.of(
                            SubmissionRefusal.malformed(
                                    "the "
                                            + name
                                            + " field cannot be read: "
                                            + why
                                            + " (RFC 5322 3.4)"));
            case Authors.Read.Named(var addresses, var shown) ->
                    named(credential, name, addresses, shown);
        };
    }

    private static Optional<SubmissionRefusal> named(
            Credential credential,
            String field,
            List<Authors.Author> addresses,
            List<Domain> shown) {
        return java.util.stream.Stream.concat(
                        addresses.stream().map(Authors.Author::domain), shown.stream())
                .filter(domain -> !credential.maySendFrom(domain))
                .findFirst()
                .map(
                        domain ->
                                new SubmissionRefusal(
                                        550,
                                        "5.7.1",
                                        "the credential may not send with "
                                                + domain
                                                + " in the "
                                                + field
                                                + " field, only with "
                                                + credential.senderDomains().stream()
                                                        .map(Domain::name)
                                                        .limit(5)
                                                        .collect(Collectors.joining(", "))));
    }
}
