package facteur.admin.api;

import facteur.admin.control.QueueControl;
import facteur.admin.language.Formats;
import facteur.admin.language.WaitSentence;
import facteur.admin.language.Words;
import facteur.admin.report.CampaignReport;
import facteur.admin.report.RecipientReport;
import facteur.admin.screen.ScreenContext;
import facteur.admin.web.Response;
import facteur.config.AdminSettings;
import facteur.mail.event.OperatorEvent;
import facteur.mail.message.MailId;
import facteur.mail.queue.WaitReason;
import facteur.mail.text.NameOrId;
import facteur.store.query.PendingRecipient;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The queue. */
final class QueueEndpoints {
    // Characters of a message's id; a recipient's goes on with a dot.
    private static final int ID = 13;

    private static final String NUMBERED = "campaign:" + NameOrId.ID;

    private final ScreenContext screenContext;

    QueueEndpoints(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    /** The queue with its sums. */
    record QueueShape(
            Instant at,
            long routing,
            long deferred,
            long held,
            long waiting,
            long busy,
            String why,
            List<DestinationShape> destinations,
            long more) {}

    /**
     * One destination.
     *
     * @param why those that wait do, in a sentence; empty when none waits
     */
    record DestinationShape(
            String site,
            String source,
            long waiting,
            int busy,
            int connections,
            int limit,
            double perSecond,
            String state,
            boolean held,
            long deferred,
            long heldRecipients,
            long delivered,
            String lastReply,
            String reason,
            String why,
            Optional<Instant> nextTry) {}

    Response snapshot(ApiRequest apiRequest) {
        QueueControl.Snapshot snapshot = screenContext.queue().snapshot();
        return ApiRequest.ok(
                new QueueShape(
                        snapshot.at(),
                        snapshot.routing(),
                        snapshot.deferred(),
                        snapshot.held(),
                        snapshot.waiting(),
                        snapshot.busy(),
                        snapshot.resolver().map(QueueEndpoints::sentence).orElse(""),
                        snapshot.destinations().stream().map(QueueEndpoints::shape).toList(),
                        snapshot.more()));
    }

    private static DestinationShape shape(QueueControl.Destination d) {
        return new DestinationShape(
                d.site(),
                d.source(),
                d.waiting(),
                d.busy(),
                d.connections(),
                d.limit(),
                d.perSecond(),
                d.state(),
                d.held(),
                d.deferred(),
                d.heldRecipients(),
                d.delivered(),
                d.lastReply(),
                d.reason().map(WaitReason::key).orElse(""),
                d.reason().map(QueueEndpoints::sentence).orElse(""),
                d.reason().flatMap(WaitReason::ends));
    }

    /** Programs and the command line are told in English, with times in UTC. */
    private static String sentence(WaitReason reason) {
        return WaitSentence.of(
                reason, new Formats(Words.of(AdminSettings.Language.EN), ZoneOffset.UTC));
    }

    /** Why a recipient waits. */
    record ExplanationShape(
            String recipient,
            String address,
            String state,
            String site,
            String source,
            String why,
            Optional<Instant> nextTry,
            int attempts) {
        static ExplanationShape of(QueueControl.Explanation told) {
            return new ExplanationShape(
                    told.recipient(),
                    told.address(),
                    told.reason().key(),
                    told.site(),
                    told.source(),
                    sentence(told.reason()),
                    told.reason().ends(),
                    told.attempts());
        }
    }

    /** A recipient who is owed a delivery. */
    record PendingShape(String id, String address, String campaign, int attempts, Instant nextTry) {
        static PendingShape of(PendingRecipient pending) {
            return new PendingShape(
                    pending.id().toString(),
                    pending.address().toString(),
                    pending.campaign(),
                    pending.attempts(),
                    pending.nextTry());
        }
    }

    /**
     * A destination by its name, or the domain of recipients.
     *
     * @param holds orders of operators that hold it, newest first
     * @param paths from each source; none where nothing is being sent there
     * @param recipients who wait there, as many as were asked for, with why
     */
    record DestinationReport(
            String site,
            List<HoldShape> holds,
            List<DestinationShape> paths,
            List<ExplanationShape> recipients) {}

    /** An order that holds a part of the queue. */
    record HoldShape(String subject, Instant since, String by, String why) {
        static HoldShape of(OperatorEvent.Held order) {
            return new HoldShape(order.subject(), order.at(), order.operator(), order.why());
        }
    }

    Response destination(ApiRequest apiRequest) {
        String asked = apiRequest.part("site");
        String name = asked.toLowerCase(Locale.ROOT);
        DestinationReport report =
                new DestinationReport(
                        name,
                        screenContext.views().queue().held().stream()
                                .filter(order -> isAbout(order.subject(), name))
                                .map(HoldShape::of)
                                .toList(),
                        screenContext.queue().snapshot().destinations().stream()
                                .filter(each -> each.site().equalsIgnoreCase(name))
                                .map(QueueEndpoints::shape)
                                .toList(),
                        waitingAt(name, apiRequest.limit()));
        boolean isNothing =
                report.holds().isEmpty()
                        && report.paths().isEmpty()
                        && report.recipients().isEmpty();
        return isNothing ? ApiRequest.missing("destination " + asked) : ApiRequest.ok(report);
    }

    private static boolean isAbout(String subject, String name) {
        return subject.equalsIgnoreCase("site:" + name)
                || subject.equalsIgnoreCase("domain:" + name);
    }

    /** By the domain of recipients; where none has it, those of the next page who wait for it. */
    private List<ExplanationShape> waitingAt(String name, int limit) {
        List<PendingRecipient> owed =
                screenContext.views().queue().due(name, Optional.empty(), limit);
        Set<String> ofDomain =
                owed.stream().map(row -> row.id().toString()).collect(Collectors.toSet());
        List<PendingRecipient> looked =
                owed.isEmpty()
                        ? screenContext.views().queue().pending(Optional.empty(), ApiRequest.MOST)
                        : owed;
        Set<MailId> messages =
                looked.stream().map(row -> row.id().message()).collect(Collectors.toSet());
        return screenContext.queue().explain(messages).stream()
                .filter(
                        told ->
                                owed.isEmpty()
                                        ? told.site().equalsIgnoreCase(name)
                                        : ofDomain.contains(told.recipient()))
                .limit(limit)
                .map(ExplanationShape::of)
                .toList();
    }

    Response pending(ApiRequest apiRequest) {
        List<PendingRecipient> found =
                screenContext
                        .views()
                        .queue()
                        .pending(
                                apiRequest.after().flatMap(RecipientReport::parse),
                                apiRequest.limit() + 1);
        return apiRequest.page(
                found, row -> row.id().toString(), rows -> rows.map(PendingShape::of));
    }

    Response flush(ApiRequest apiRequest) throws IOException {
        Map<String, Object> body = apiRequest.body();
        String subject = subject(body);
        return screenContext.queue().isSubject(subject)
                ? ApiRequest.ok(
                        new MessageEndpoints.Reached(
                                screenContext.orders().flush(apiRequest.by(body), subject)))
                : noSubject();
    }

    Response cancel(ApiRequest apiRequest) throws IOException {
        Map<String, Object> body = apiRequest.body();
        String subject = subject(body);
        return screenContext.queue().isSubject(subject)
                ? ApiRequest.ok(
                        new MessageEndpoints.Reached(
                                screenContext.orders().withdraw(apiRequest.by(body), subject)))
                : noSubject();
    }

    Response move(ApiRequest apiRequest) throws IOException {
        Map<String, Object> body = apiRequest.body();
        String subject = subject(body);
        String source = ApiRequest.text(body, "source");
        if (!screenContext.queue().isSubject(subject)) {
            return noSubject();
        }
        if (!source.isEmpty() && !screenContext.queue().hasSource(source)) {
            return ApiRequest.problem(
                    422, "Unprocessable content", "source: there is none named " + source);
        }
        screenContext.orders().move(apiRequest.by(body), subject, source);
        return Response.empty(204);
    }

    Response hold(ApiRequest apiRequest) throws IOException {
        return held(apiRequest, true);
    }

    Response release(ApiRequest apiRequest) throws IOException {
        return held(apiRequest, false);
    }

    private Response held(ApiRequest apiRequest, boolean held) throws IOException {
        Map<String, Object> body = apiRequest.body();
        String subject = subject(body);
        if (!screenContext.queue().isSubject(subject)) {
            return noSubject();
        }
        screenContext.orders().hold(apiRequest.by(body), subject, held);
        return Response.empty(204);
    }

    Response explain(ApiRequest apiRequest) {
        String id = apiRequest.part("id");
        return MailId.parse(id.length() > ID ? id.substring(0, ID) : id)
                .map(
                        message ->
                                ApiRequest.ok(
                                        new ApiRequest.Items(
                                                screenContext
                                                        .queue()
                                                        .explain(Set.of(message))
                                                        .stream()
                                                        .filter(
                                                                each ->
                                                                        each.recipient()
                                                                                .startsWith(id))
                                                        .map(ExplanationShape::of)
                                                        .toList(),
                                                Optional.empty())))
                .orElseGet(() -> ApiRequest.missing("message " + id));
    }

    /**
     * A subject, or a site by its name alone. The queue knows campaigns by name, so that a number
     * is looked up here; one that is unknown stays as it is, which is no subject.
     */
    private String subject(Map<String, Object> body) {
        String site = ApiRequest.text(body, "site");
        if (!site.isEmpty()) {
            return "site:" + site;
        }
        String subject = ApiRequest.text(body, "subject");
        boolean numbered = subject.regionMatches(true, 0, NUMBERED, 0, NUMBERED.length());
        return numbered
                ? new CampaignReport(screenContext.views().campaigns())
                        .find(subject.substring(subject.indexOf(':') + 1), false)
                        .filter(line -> !line.isNone())
                        .map(line -> "campaign:" + new NameOrId.Name(line.name()))
                        .orElse(subject)
                : subject;
    }

    private static Response noSubject() {
        return ApiRequest.problem(
                422,
                "Unprocessable content",
                "site: a destination of GET /queue; or subject: domain:NAME, site:NAME,"
                        + " source:NAME, credential:NAME, campaign:NAME, campaign:id:NUMBER or"
                        + " message:ID");
    }
}
