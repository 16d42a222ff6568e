package facteur.store.fold;

import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.status.Delivery;
import facteur.mail.status.Engagement;
import facteur.store.codec.CorruptRecord;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;
import facteur.store.query.RecipientState;
import facteur.store.query.RecipientState.Badge;
import facteur.store.query.RecipientState.Origin;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** How a {@link RecipientState} is stored, and the steps in which a fold changes it. */
public final class RecipientRow {
    static final int MAX_REPLY = 512;

    static final RecipientState UNKNOWN =
            new RecipientState(
                    Optional.empty(),
                    new Delivery(Delivery.State.QUEUED, Instant.EPOCH),
                    0,
                    Instant.EPOCH,
                    Optional.empty(),
                    "",
                    "",
                    "",
                    Engagement.NONE,
                    Set.of());

    private RecipientRow() {}

    public static Optional<RecipientState> find(Rows rows, RecipientId id) {
        return rows.get(Table.RECIPIENTS, Keys.recipient(id)).map(RecipientRow::decode);
    }

    static void put(Rows rows, RecipientId id, RecipientState state) {
        rows.put(Table.RECIPIENTS, Keys.recipient(id), encode(state));
    }

    /** Whether any attempt came as far as a host. */
    static boolean hasMetHost(RecipientState state) {
        return !state.site().isEmpty();
    }

    static boolean isPending(RecipientState state) {
        return state.origin().isPresent() && !state.delivery().state().isFinal();
    }

    static RecipientState withOrigin(RecipientState state, Origin known) {
        Delivery queued = new Delivery(Delivery.State.QUEUED, known.at());
        boolean untouched = state.delivery().state() == Delivery.State.QUEUED;
        return new RecipientState(
                Optional.of(known),
                untouched ? queued : state.delivery(),
                state.attempts(),
                state.nextTry(),
                state.category(),
                state.rule(),
                state.reply(),
                state.site(),
                state.engagement(),
                state.badges());
    }

    static RecipientState withEngagement(RecipientState state, Engagement changed) {
        return with(state, state.reply(), changed, state.badges());
    }

    static RecipientState withBadge(RecipientState state, Badge badge) {
        Set<Badge> more = EnumSet.of(badge);
        more.addAll(state.badges());
        return with(state, state.reply(), state.engagement(), more);
    }

    /** Without what a remote server said, which often repeats the address. */
    static RecipientState anonymous(RecipientState state) {
        return with(state, "", state.engagement(), state.badges());
    }

    private static RecipientState with(
            RecipientState state, String reply, Engagement engagement, Set<Badge> badges) {
        return new RecipientState(
                state.origin(),
                state.delivery(),
                state.attempts(),
                state.nextTry(),
                state.category(),
                state.rule(),
                reply,
                state.site(),
                engagement,
                badges);
    }

    private static byte[] encode(RecipientState state) {
        Engagement engagement = state.engagement();
        Encoder to = new Encoder().octet(1);
        to.optional(
                state.origin(),
                (e, o) ->
                        e.number(o.contact())
                                .number(o.campaign())
                                .text(o.domain())
                                .text(o.senderDomain())
                                .instant(o.at()));
        to.choice(state.delivery().state())
                .instant(state.delivery().at())
                .number(state.attempts())
                .instant(state.nextTry());
        to.optional(state.category(), Encoder::choice)
                .text(state.rule())
                .text(state.reply())
                .text(state.site());
        boolean isEngaged = !engagement.equals(Engagement.NONE);
        to.flag(isEngaged);
        if (isEngaged) {
            to.number(engagement.humanOpens()).number(engagement.machineOpens());
            to.number(engagement.humanClicks()).number(engagement.machineClicks());
            to.instant(engagement.firstOpen()).instant(engagement.lastOpen());
            to.instant(engagement.firstClick())
                    .instant(engagement.lastClick())
                    .instant(engagement.lastHuman());
        }
        return to.set(state.badges(), Encoder::choice).toBytes();
    }

    public static RecipientState decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        int version = from.octet();
        if (version != 1) {
            throw new CorruptRecord("recipient row in layout " + version);
        }
        return new RecipientState(
                from.optional(
                        d -> new Origin(d.number(), d.number(), d.text(), d.text(), d.instant())),
                new Delivery(from.choice(Delivery.State.values()), from.instant()),
                from.small(),
                from.instant(),
                from.optional(d -> d.choice(BounceCategory.values())),
                from.text(),
                from.text(),
                from.text(),
                from.flag() ? engagement(from) : Engagement.NONE,
                Set.copyOf(from.list(d -> d.choice(Badge.values()))));
    }

    private static Engagement engagement(Decoder from) {
        return new Engagement(
                from.small(),
                from.small(),
                from.small(),
                from.small(),
                from.instant(),
                from.instant(),
                from.instant(),
                from.instant(),
                from.instant());
    }
}
