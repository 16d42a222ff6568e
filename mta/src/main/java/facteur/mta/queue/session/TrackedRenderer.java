package facteur.mta.queue.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import facteur.mail.address.Domain;
import facteur.mail.address.ReversePath;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.Content;
import facteur.mail.message.MailId;
import facteur.mail.message.MailOptions;
import facteur.mail.message.MessageFacts;
import facteur.mail.message.Recipient;
import facteur.mail.token.TokenSeal;
import facteur.message.dkim.DkimSigner;
import facteur.message.html.LinkRules;
import facteur.message.mime.SevenBit;
import facteur.message.render.MimeMap;
import facteur.message.render.RecipientCopy;
import facteur.message.render.RenderedCopy;
import facteur.message.render.Rendering;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.dialogue.Transaction;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.store.journal.Journal;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Copies as {@link Rendering} makes them. The map of a message is kept while its recipients are
 * being served.
 */
public final class TrackedRenderer implements MessageRenderer {
    private static final int MAPS = 256;

    /**
     * What copies are made with; asked anew for each, so that keys can change.
     *
     * @param baseUrl of the tracker
     * @param returnPath domain of signed return-paths; empty: the sender's own reverse-path stays
     * @param hostname stands in where a domain of ours is needed
     * @param links which links are rewritten; a message keeps those it was first looked at with
     */
    public record Tools(
            String baseUrl,
            TokenSeal seal,
            DkimSigner signer,
            Optional<Domain> returnPath,
            Domain hostname,
            LinkRules links) {}

    private final Supplier<Tools> tools;
    private final InstantSource clock;
    private final Cache<MailId, MimeMap> maps = Caffeine.newBuilder().maximumSize(MAPS).build();

    public TrackedRenderer(Supplier<Tools> tools, InstantSource clock) {
        this.tools = tools;
        this.clock = clock;
    }

    @Override
    public Made make(
            Journal.StoredMessage message, List<QueuedRecipient> recipients, Connector.Offer host)
            throws IOException {
        SubmissionEvent.Accepted accepted = message.accepted();
        Tools with = tools.get();
        QueuedRecipient first = recipients.getFirst();
        Content original = message.content();
        MimeMap map = map(message, with.links());
        RecipientCopy recipientCopy = copy(accepted, first, with);
        Optional<String> unchangeable = Optional.empty();
        boolean tooManyBits = isEightBit(map) && !host.eightBitMime();
        if (tooManyBits || isInternational(accepted.envelope().options(), map, host)) {
            switch (tooManyBits
                    ? Rendering.sevenBit(original, map, recipientCopy)
                    : Rendering.asciiHeader(original, map, recipientCopy)) {
                case SevenBit.Conversion.Converted(Content converted) -> {
                    original = converted;
                    map = MimeMap.of(converted, with.links());
                }
                case SevenBit.Conversion.Impossible(String why) -> unchangeable = Optional.of(why);
            }
        }
        RenderedCopy renderedCopy = Rendering.render(original, map, recipientCopy);
        ReversePath from = from(accepted, first, with);
        boolean shared =
                from.equals(accepted.envelope().from())
                        && !Rendering.isPersonal(map, recipientCopy);
        List<Recipient> envelope = accepted.envelope().recipients();
        Transaction transaction =
                new Transaction(
                        from,
                        (shared ? recipients : List.of(first))
                                .stream()
                                        .map(recipient -> envelope.get(recipient.index()))
                                        .toList(),
                        renderedCopy.content().size(),
                        isEightBit(map),
                        unchangeable,
                        options(accepted.envelope().options(), map),
                        accepted.envelope().envelopeId());
        return new Made(
                transaction,
                renderedCopy.content(),
                accepted.facts().tracking().isOff()
                        ? Optional.empty()
                        : Optional.of(marking(renderedCopy)));
    }

    private static Marking marking(RenderedCopy renderedCopy) {
        return renderedCopy
                .notTracked()
                .<Marking>map(why -> new Marking.Impossible(why.key()))
                .orElseGet(() -> new Marking.Done(renderedCopy.links(), renderedCopy.pixel()));
    }

    /** Octets beyond ASCII anywhere: a header field of them needs 8BITMIME like a body. */
    private static boolean isEightBit(MimeMap map) {
        return map.isEightBit() || map.isHeaderEightBit();
    }

    /** Whether its header is declared as UTF-8 and the host takes none (RFC 6531 3.2). */
    private static boolean isInternational(MailOptions given, MimeMap map, Connector.Offer host) {
        return given.utf8() && map.isHeaderEightBit() && !host.utf8();
    }

    /** What was asked for, as far as this message needs it (RFC 6531 3.6). */
    private static MailOptions options(MailOptions given, MimeMap map) {
        return new MailOptions(
                isEightBit(map),
                given.utf8() && map.isHeaderEightBit(),
                given.requireTls(),
                given.returnHeadersOnly());
    }

    private MimeMap map(Journal.StoredMessage message, LinkRules rules) throws IOException {
        MailId id = message.accepted().message();
        MimeMap known = maps.getIfPresent(id);
        if (known == null) {
            known = MimeMap.of(message.content(), rules);
            maps.put(id, known);
        }
        return known;
    }

    private RecipientCopy copy(
            SubmissionEvent.Accepted accepted, QueuedRecipient recipient, Tools with) {
        MessageFacts facts = accepted.facts();
        return new RecipientCopy(
                recipient.id(),
                recipient.address(),
                facts.tracking(),
                with.baseUrl(),
                with.seal(),
                facts.campaign(),
                with.returnPath(),
                with.hostname(),
                with.signer(),
                clock.instant());
    }

    private static ReversePath from(
            SubmissionEvent.Accepted accepted, QueuedRecipient recipient, Tools with) {
        return switch (accepted.envelope().from()) {
            case ReversePath.Null none -> none;
            case ReversePath.Of given ->
                    with.returnPath()
                            .<ReversePath>map(
                                    domain ->
                                            new ReversePath.Of(
                                                    RecipientCopy.returnPath(
                                                            recipient.id(), with.seal(), domain)))
                            .orElse(given);
        };
    }
}
