package facteur.admin.api;

import facteur.admin.report.CampaignLine;
import facteur.admin.report.Figures;
import facteur.admin.report.RecipientReport;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.Numbers;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.status.Engagement;
import facteur.mail.status.Tally;
import facteur.store.query.AcceptedMessage;
import facteur.store.query.Contact;
import facteur.store.query.MessageRecipient;
import facteur.store.query.RecipientState;
import facteur.store.query.SuppressedAddress;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What things look like in JSON. Names are written in snake case. */
final class JsonShapes {
    private JsonShapes() {}

    /** Sums and the rates made of them. */
    record FiguresShape(
            long recipients,
            Map<String, Long> statuses,
            Tally counts,
            RatesShape rates,
            String bounceLevel) {
        static FiguresShape of(Figures figures) {
            Map<String, Long> statuses = new LinkedHashMap<>();
            figures.now().forEach(slice -> statuses.put(slice.status().key(), slice.count()));
            return new FiguresShape(
                    figures.recipients(),
                    statuses,
                    figures.tally(),
                    RatesShape.of(figures),
                    key(figures.rates().bounceLevel()));
        }
    }

    /** Shares between 0 and 1; null where there is nothing to divide by. */
    record RatesShape(
            OptionalDouble delivery,
            OptionalDouble bounce,
            OptionalDouble open,
            OptionalDouble click,
            OptionalDouble clickToOpen,
            OptionalDouble progress,
            OptionalDouble complaint) {
        static RatesShape of(Figures figures) {
            var rates = figures.rates();
            return new RatesShape(
                    rates.delivery(),
                    rates.bounce(),
                    rates.open(),
                    rates.click(),
                    rates.clickToOpen(),
                    rates.progress(),
                    rates.complaint());
        }
    }

    record CampaignShape(
            long id,
            String name,
            String subject,
            String sender,
            Optional<Instant> firstSent,
            Optional<Instant> lastSent,
            List<String> tags,
            FiguresShape figures) {
        static CampaignShape of(CampaignLine line) {
            return new CampaignShape(
                    line.id(),
                    line.name(),
                    line.subject(),
                    line.sender(),
                    time(line.first()),
                    time(line.last()),
                    line.tags(),
                    FiguresShape.of(line.figures()));
        }
    }

    record PartShape(String name, FiguresShape figures) {}

    record CauseShape(String category, long recipients, long bounced) {}

    /**
     * @param finalAt from when on the clicks are not expected to be revised
     */
    record EngagementShape(
            int humanOpens,
            int machineOpens,
            int humanClicks,
            int machineClicks,
            Optional<Instant> firstOpen,
            Optional<Instant> lastOpen,
            Optional<Instant> firstClick,
            Optional<Instant> lastClick,
            Optional<Instant> finalAt) {
        static EngagementShape of(Engagement e) {
            return new EngagementShape(
                    e.humanOpens(),
                    e.machineOpens(),
                    e.humanClicks(),
                    e.machineClicks(),
                    time(e.firstOpen()),
                    time(e.lastOpen()),
                    time(e.firstClick()),
                    time(e.lastClick()),
                    time(e.lastClick()).map(at -> at.plus(EngagementEvent.SETTLE)));
        }
    }

    record RecipientShape(
            String id,
            String message,
            String address,
            Optional<Long> contact,
            Optional<Long> campaign,
            String status,
            String delivery,
            Instant since,
            int attempts,
            Optional<Instant> nextTry,
            Optional<String> category,
            String rule,
            String reply,
            String site,
            EngagementShape engagement,
            List<String> badges) {
        static RecipientShape of(MessageRecipient recipient, boolean robots) {
            RecipientState state = recipient.state();
            return new RecipientShape(
                    recipient.id().toString(),
                    recipient.id().message().toString(),
                    RecipientReport.address(recipient),
                    recipient.contact().map(Contact::id),
                    state.origin()
                            .map(RecipientState.Origin::campaign)
                            .filter(id -> !Numbers.isNone(id)),
                    state.status(robots).key(),
                    key(state.delivery().state()),
                    state.delivery().at(),
                    state.attempts(),
                    time(state.nextTry()),
                    state.category().map(BounceCategory::key),
                    state.rule(),
                    state.reply(),
                    state.site(),
                    EngagementShape.of(state.engagement()),
                    state.badges().stream().sorted().map(JsonShapes::key).toList());
        }
    }

    record MessageShape(
            String id,
            Instant acceptedAt,
            String credential,
            String client,
            String returnPath,
            String sender,
            String subject,
            String messageId,
            Optional<String> campaign,
            List<String> tags,
            Optional<String> contactId,
            Map<String, String> metadata,
            long size,
            int recipients,
            String tracking,
            List<String> notes) {
        static MessageShape of(AcceptedMessage message) {
            SubmissionEvent.Accepted accepted = message.accepted();
            var facts = accepted.facts();
            return new MessageShape(
                    accepted.message().toString(),
                    accepted.at(),
                    accepted.credential(),
                    accepted.client(),
                    accepted.envelope().from().mailbox().map(Object::toString).orElse(""),
                    facts.sender(),
                    facts.subject(),
                    facts.messageId(),
                    facts.campaign(),
                    facts.tags(),
                    facts.contactId(),
                    facts.metadata(),
                    accepted.size(),
                    message.recipients(),
                    facts.tracking().mode().key(),
                    facts.notes());
        }
    }

    record ContactShape(
            long id,
            String address,
            Instant firstSeen,
            Instant lastActivity,
            long messages,
            boolean suppressed,
            Map<String, Optional<String>> campaigns) {}

    record EntryShape(
            String cause,
            String scope,
            Instant since,
            Optional<Instant> expires,
            Optional<String> evidence,
            String why,
            String rule,
            String who) {}

    record SuppressionShape(
            String address, boolean holding, Optional<Instant> liftedAt, List<EntryShape> entries) {
        static SuppressionShape of(SuppressedAddress row, Instant now) {
            return new SuppressionShape(
                    row.address(),
                    !row.holding(now).isEmpty(),
                    time(row.standing().lifted()),
                    row.standing().entries().stream()
                            .map(
                                    entry ->
                                            new EntryShape(
                                                    entry.cause().key(),
                                                    entry.scope().key(),
                                                    entry.since(),
                                                    entry.expires(),
                                                    entry.evidence().map(Object::toString),
                                                    entry.why(),
                                                    entry.rule(),
                                                    entry.who()))
                            .toList());
        }
    }

    static String key(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static Optional<Instant> time(Instant at) {
        return at.equals(Instant.EPOCH) ? Optional.empty() : Optional.of(at);
    }
}
