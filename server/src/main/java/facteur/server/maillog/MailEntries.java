package facteur.server.maillog;

import facteur.mail.address.Address;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.Event;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.event.HostEvent;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ReadershipEvent;
import facteur.mail.event.ShapingEvent;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.Recipient;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.smtp.Reply;
import facteur.mail.suppression.Suppression;
import facteur.mail.suppression.SuppressionPolicy;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is told of an event. Pure, but for what the directory knows. */
final class MailEntries {
    /** Characters of a text that a stranger wrote, before it is escaped. */
    static final int MOST_TEXT = 1000;

    /** Recipients that the line of an acceptance names; it says how many there are. */
    static final int MOST_NAMED = 20;

    private final MessageDirectory messages;

    MailEntries(MessageDirectory messages) {
        this.messages = messages;
    }

    /** In the order in which they are written; none for what is no affair of this log. */
    List<LogEntry> of(Event event) {
        return switch (event) {
            case SubmissionEvent.Accepted accepted -> List.of(accepted(accepted));
            case DeliveryEvent delivery -> delivery(delivery);
            case FeedbackEvent feedback -> feedback(feedback);
            case EngagementEvent.Unsubscribed unsubscribed -> unsubscribed(unsubscribed);
            case OperatorEvent order -> order(order);
            case ShapingEvent shaping -> shaping(shaping);
            case HostEvent.TlsFailed failed ->
                    List.of(
                            LogEntry.of(failed.at(), "tls_failed")
                                    .text("host", failed.host())
                                    .text("clear", failed.inClear() ? "yes" : "no")
                                    .text("cause", cut(failed.cause()))
                                    .build());
            // What readers do stands in their timelines, under their consent.
            case HostEvent.TlsWorked _, EngagementEvent _, ReadershipEvent _ -> List.of();
        };
    }

    private static LogEntry accepted(SubmissionEvent.Accepted accepted) {
        List<Recipient> recipients = accepted.envelope().recipients();
        return LogEntry.of(accepted.at(), "accepted")
                .text("id", accepted.message().toString())
                .text("from", accepted.envelope().from().toString())
                .texts(
                        "to",
                        recipients.stream()
                                .limit(MOST_NAMED)
                                .map(recipient -> recipient.address().toString())
                                .toList())
                .number("recipients", recipients.size())
                .number("size", accepted.size())
                .text("campaign", accepted.facts().campaign())
                .text("credential", accepted.credential())
                .text("client", accepted.client())
                .text("message_id", cut(accepted.facts().messageId()))
                .build();
    }

    private List<LogEntry> delivery(DeliveryEvent event) {
        return switch (event) {
            case DeliveryEvent.Ruled ruled -> ruled(ruled);
            case DeliveryEvent.Notified notified ->
                    List.of(
                            about(notified, notified.recipient(), "notified")
                                    .text("action", notified.action())
                                    .text("notice", notified.notice())
                                    .text("detail", cut(notified.detail()))
                                    .build());
            case DeliveryEvent.Rendered _, DeliveryEvent.NotTracked _ -> List.of();
        };
    }

    private List<LogEntry> ruled(DeliveryEvent.Ruled ruled) {
        return switch (ruled.disposition()) {
            case Disposition.Delivered(Evidence evidence) ->
                    List.of(attempt(ruled, "delivered", Optional.empty(), evidence).build());
            case Disposition.Deferred(BounceClass why, Evidence evidence, var retryAt) ->
                    List.of(
                            attempt(ruled, "deferred", Optional.of(why), evidence)
                                    .text("next", retryAt.toString())
                                    .build());
            case Disposition.SoftBounce(BounceClass why, Evidence evidence) ->
                    List.of(attempt(ruled, "soft_bounce", Optional.of(why), evidence).build());
            case Disposition.HardBounce(BounceClass why, Evidence evidence) ->
                    List.of(
                            attempt(ruled, "hard_bounce", Optional.of(why), evidence).build(),
                            suppressed(
                                    ruled,
                                    ruled.recipient(),
                                    SuppressionPolicy.hardBounce(
                                            ruled.recipient(), ruled.at(), why, evidence)));
            case Disposition.Abandoned(var cause, String because) ->
                    List.of(
                            about(ruled, ruled.recipient(), "abandoned")
                                    .text("cause", cause.key())
                                    .text("why", cut(because))
                                    .build());
            case Disposition.Withdrawn(String operator, String why) ->
                    List.of(
                            about(ruled, ruled.recipient(), "withdrawn")
                                    .text("by", operator)
                                    .text("why", cut(why))
                                    .build());
        };
    }

    private LogEntry.Builder attempt(
            DeliveryEvent.Ruled ruled,
            String status,
            Optional<BounceClass> why,
            Evidence evidence) {
        LogEntry.Builder line = about(ruled, ruled.recipient(), "attempt");
        line.text("status", status).number("attempt", ruled.attempt());
        ruled.hop().ifPresent(hop -> hop(line, ruled, hop));
        why.ifPresent(of -> line.text("category", of.category().key()).text("rule", of.rule()));
        line.text("stage", evidence.stage().name().toLowerCase(Locale.ROOT));
        return said(line, evidence);
    }

    private static void hop(
            LogEntry.Builder line, DeliveryEvent.Ruled ruled, DeliveryEvent.Hop hop) {
        Duration all = Duration.between(ruled.recipient().message().at(), ruled.at());
        Delays delays = Delays.of(all, hop);
        line.text("site", hop.site())
                .text("source", hop.source())
                .text("host", hop.host())
                .text("address", hop.address())
                .text("tls", hop.tls().map(tls -> tls.protocol()))
                .seconds("delay", all)
                .text("delays", delays.toString());
    }

    private static LogEntry.Builder said(LogEntry.Builder line, Evidence evidence) {
        if (evidence instanceof Evidence.Answered(var _, Reply reply)) {
            line.text("dsn", reply.enhanced());
        }
        return line.text("reply", cut(evidence.toString()));
    }

    private List<LogEntry> feedback(FeedbackEvent event) {
        LogEntry.Builder line = about(event, event.recipient(), word(event));
        return switch (event) {
            case FeedbackEvent.Bounced bounced -> {
                line.text("status", bounced.hard() ? "hard_bounce" : "soft_bounce")
                        .text("category", bounced.why().category().key())
                        .text("rule", bounced.why().rule())
                        .text("forwarded", bounced.forwarded() ? "yes" : "no");
                LogEntry told = said(line, bounced.evidence()).build();
                yield bounced.hard() && !bounced.forwarded()
                        ? List.of(
                                told,
                                suppressed(
                                        bounced,
                                        bounced.recipient(),
                                        SuppressionPolicy.hardBounce(
                                                bounced.recipient(),
                                                bounced.at(),
                                                bounced.why(),
                                                bounced.evidence())))
                        : List.of(told);
            }
            case FeedbackEvent.Noted noted ->
                    List.of(
                            line.text("kind", noted.kind())
                                    .text("text", cut(noted.text()))
                                    .build());
            case FeedbackEvent.HardBounceReverted reverted ->
                    List.of(
                            line.text("site", reverted.site())
                                    .text("reply", cut(reverted.text()))
                                    .build(),
                            about(reverted, reverted.recipient(), "unsuppressed")
                                    .text("cause", "bounce_not_believed")
                                    .build());
            case FeedbackEvent.Complained complained ->
                    List.of(
                            line.text("reporter", cut(complained.reporter())).build(),
                            suppressed(
                                    complained,
                                    complained.recipient(),
                                    SuppressionPolicy.complaint(complained)));
        };
    }

    private static String word(FeedbackEvent event) {
        return switch (event) {
            case FeedbackEvent.Bounced _ -> "bounce";
            case FeedbackEvent.Noted _ -> "note";
            case FeedbackEvent.HardBounceReverted _ -> "bounce_reverted";
            case FeedbackEvent.Complained _ -> "complaint";
        };
    }

    private List<LogEntry> unsubscribed(EngagementEvent.Unsubscribed event) {
        return List.of(
                about(event, event.recipient(), "unsubscribed").text("by", event.means()).build(),
                suppressed(event, event.recipient(), SuppressionPolicy.unsubscribed(event)));
    }

    private LogEntry suppressed(Event event, RecipientId recipient, Suppression made) {
        return about(event, recipient, "suppressed")
                .text("cause", made.cause().key())
                .text("scope", made.scope().key())
                .text("expires", made.expires())
                .build();
    }

    private static List<LogEntry> order(OperatorEvent event) {
        return switch (event) {
            case OperatorEvent.Suppressed made ->
                    List.of(
                            told(event, "suppressed", made.address(), made.why())
                                    .text("cause", made.cause().key())
                                    .text("scope", made.scope().key())
                                    .text("expires", made.expires())
                                    .build());
            case OperatorEvent.Unsuppressed lifted ->
                    List.of(told(event, "unsuppressed", lifted.address(), lifted.why()).build());
            case OperatorEvent.ImportCommitted made ->
                    List.of(
                            asked(event, "suppressions_imported", made.why())
                                    .number("rows", made.rows())
                                    .build());
            case OperatorEvent.RetryAsked asked ->
                    List.of(retry(event, asked.message(), asked.why()));
            case OperatorEvent.CancelAsked asked ->
                    List.of(
                            asked(event, "cancel", asked.why())
                                    .text("id", asked.message().toString())
                                    .build());
            case OperatorEvent.Held held ->
                    List.of(
                            queue(
                                    event,
                                    held.held() ? "hold" : "release",
                                    held.subject(),
                                    held.why()));
            case OperatorEvent.FlushAsked asked ->
                    List.of(queue(event, "flush", asked.subject(), asked.why()));
            case OperatorEvent.WithdrawAsked asked ->
                    List.of(queue(event, "withdraw", asked.subject(), asked.why()));
            case OperatorEvent.Moved moved ->
                    List.of(
                            asked(event, "move", moved.why())
                                    .text("subject", moved.subject())
                                    .text("source", moved.source())
                                    .build());
            // The address must not be repeated, and the parts of an import mean nothing alone.
            case OperatorEvent.Erased _, OperatorEvent.Expired _, OperatorEvent.ImportStaged _ ->
                    List.of();
        };
    }

    private static LogEntry retry(OperatorEvent event, MailId message, String why) {
        return asked(event, "retry", why).text("id", message.toString()).build();
    }

    private static LogEntry queue(OperatorEvent event, String word, String subject, String why) {
        return asked(event, word, why).text("subject", subject).build();
    }

    private static LogEntry.Builder told(
            OperatorEvent event, String word, Address address, String why) {
        return LogEntry.of(event.at(), word)
                .text("to", address.toString())
                .text("by", event.operator())
                .text("why", cut(why));
    }

    private static LogEntry.Builder asked(OperatorEvent event, String word, String why) {
        return LogEntry.of(event.at(), word).text("by", event.operator()).text("why", cut(why));
    }

    private static List<LogEntry> shaping(ShapingEvent event) {
        LogEntry.Builder line =
                LogEntry.of(
                                event.at(),
                                switch (event) {
                                    case ShapingEvent.Suspended _ -> "path_suspended";
                                    case ShapingEvent.Slowed _ -> "path_slowed";
                                    case ShapingEvent.Limited _ -> "path_limited";
                                })
                        .text("site", event.site())
                        .text("source", event.source());
        switch (event) {
            case ShapingEvent.Suspended(_, _, _, var until, String cause) ->
                    line.text("until", until.toString()).text("cause", cut(cause));
            case ShapingEvent.Slowed(_, _, _, var until, int perHour, String cause) ->
                    line.text("until", until.toString())
                            .number("per_hour", perHour)
                            .text("cause", cut(cause));
            case ShapingEvent.Limited limited -> line.number("connections", limited.connections());
        }
        return List.of(line.build());
    }

    /** Begins a line with whom it is about and whose message that is. */
    private LogEntry.Builder about(Event event, RecipientId recipient, String word) {
        LogEntry.Builder line =
                LogEntry.of(event.at(), word)
                        .text("id", recipient.toString())
                        .text("to", messages.recipient(recipient));
        messages.message(recipient.message())
                .ifPresent(
                        of ->
                                line.text("from", "<" + of.from() + ">")
                                        .text("campaign", of.campaign())
                                        .text("credential", of.credential()));
        return line;
    }

    private static String cut(String text) {
        if (text.length() <= MOST_TEXT) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(MOST_TEXT - 1)) ? MOST_TEXT - 1 : MOST_TEXT;
        return text.substring(0, end) + " [" + (text.length() - end) + " more]";
    }
}
