package facteur.store.codec;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.address.ReversePath;
import facteur.mail.message.Envelope;
import facteur.mail.message.MailId;
import facteur.mail.message.MailOptions;
import facteur.mail.message.MessageFacts;
import facteur.mail.message.Recipient;
import facteur.mail.message.RecipientId;
import facteur.mail.message.Tracking;
import facteur.mail.message.TrackingMode;

import java.util.EnumSet;
import java.util.Set;

/** Messages and addresses as bytes. */
public final class MessageCodec {
    private MessageCodec() {}

    public static void address(Encoder to, Address address) {
        to.text(address.localPart()).text(address.domain().name());
    }

    public static Address address(Decoder from) {
        return new Address(from.text(), new Domain(from.text()));
    }

    public static void recipientId(Encoder to, RecipientId id) {
        to.fixed(id.message().value()).number(id.index());
    }

    public static RecipientId recipientId(Decoder from) {
        return new RecipientId(new MailId(from.fixed()), from.small());
    }

    public static void envelope(Encoder to, Envelope envelope) {
        to.optional(envelope.from().mailbox(), MessageCodec::address);
        to.list(envelope.recipients(), MessageCodec::recipient);
        MailOptions options = envelope.options();
        to.flag(options.eightBit())
                .flag(options.utf8())
                .flag(options.requireTls())
                .flag(options.returnHeadersOnly());
        to.optional(envelope.envelopeId(), Encoder::text);
    }

    public static Envelope envelope(Decoder from) {
        ReversePath path =
                from.optional(MessageCodec::address)
                        .<ReversePath>map(ReversePath.Of::new)
                        .orElseGet(ReversePath.Null::new);
        return new Envelope(
                path,
                from.list(MessageCodec::recipient),
                new MailOptions(from.flag(), from.flag(), from.flag(), from.flag()),
                from.optional(Decoder::text));
    }

    private static void recipient(Encoder to, Recipient recipient) {
        address(to, recipient.address());
        to.octet(bits(recipient.notifyOn())).optional(recipient.originalRecipient(), Encoder::text);
    }

    private static Recipient recipient(Decoder from) {
        return new Recipient(address(from), conditions(from.octet()), from.optional(Decoder::text));
    }

    @SuppressWarnings("EnumOrdinal") // The bit is the stored format.
    private static int bits(Set<Recipient.Notify> conditions) {
        return conditions.stream().mapToInt(c -> 1 << c.ordinal()).sum();
    }

    @SuppressWarnings("EnumOrdinal") // The bit is the stored format.
    private static Set<Recipient.Notify> conditions(int bits) {
        Set<Recipient.Notify> conditions = EnumSet.noneOf(Recipient.Notify.class);
        for (Recipient.Notify condition : Recipient.Notify.values()) {
            if ((bits & 1 << condition.ordinal()) != 0) {
                conditions.add(condition);
            }
        }
        return conditions;
    }

    public static void facts(Encoder to, MessageFacts facts) {
        to.optional(facts.campaign(), Encoder::text);
        to.text(facts.subject()).text(facts.sender()).text(facts.messageId()).texts(facts.tags());
        to.optional(facts.contactId(), Encoder::text).map(facts.metadata());
        Tracking tracking = facts.tracking();
        to.choice(tracking.mode()).flag(tracking.opens()).flag(tracking.clicks());
        to.flag(facts.transactional()).texts(facts.notes());
    }

    public static MessageFacts facts(Decoder from) {
        return new MessageFacts(
                from.optional(Decoder::text),
                from.text(),
                from.text(),
                from.text(),
                from.texts(),
                from.optional(Decoder::text),
                from.map(),
                new Tracking(from.choice(TrackingMode.values()), from.flag(), from.flag()),
                from.flag(),
                from.texts());
    }
}
