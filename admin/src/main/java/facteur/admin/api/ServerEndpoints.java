package facteur.admin.api;

import facteur.admin.control.Alerts;
import facteur.admin.control.CredentialBook;
import facteur.admin.control.Reload;
import facteur.admin.control.RuleTester;
import facteur.admin.control.SetupCheck;
import facteur.admin.report.ReceptionReport;
import facteur.admin.screen.ScreenContext;
import facteur.admin.web.Response;
import facteur.config.icu.IcuDomains;
import facteur.mail.address.AddressParser;
import facteur.mail.address.Domain;

import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Alerts, deliverability, rules, credentials, keys, settings, audit. */
final class ServerEndpoints {
    private static final int DAYS = 30;
    private static final int DOMAINS = 100;
    private static final int AUDIT = 1000;

    private final ScreenContext screenContext;
    private final AddressParser parser = new AddressParser(new IcuDomains());

    ServerEndpoints(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    Response alerts(ApiRequest apiRequest) {
        return ApiRequest.ok(
                new ApiRequest.Items(
                        screenContext.alerts().now().stream().map(AlertShape::of).toList(),
                        Optional.empty()));
    }

    record AlertShape(
            String kind,
            boolean critical,
            String subject,
            String detail,
            Optional<Instant> since,
            long count) {
        static AlertShape of(Alerts.Alert alert) {
            return new AlertShape(
                    alert.kind().key(),
                    alert.kind().isCritical(),
                    alert.subject(),
                    alert.detail(),
                    alert.since(),
                    alert.count());
        }
    }

    record DayShape(LocalDate day, JsonShapes.FiguresShape figures) {}

    record DeliverabilityShape(
            List<DayShape> days,
            List<JsonShapes.PartShape> senderDomains,
            List<JsonShapes.PartShape> recipientDomains) {}

    Response deliverability(ApiRequest apiRequest) {
        ReceptionReport receptionReport = new ReceptionReport(screenContext.views().campaigns());
        LocalDate today = LocalDate.ofInstant(apiRequest.now(), ZoneOffset.UTC);
        return ApiRequest.ok(
                new DeliverabilityShape(
                        receptionReport.days(today, DAYS).stream()
                                .map(
                                        day ->
                                                new DayShape(
                                                        day.day(),
                                                        JsonShapes.FiguresShape.of(day.figures())))
                                .toList(),
                        CampaignEndpoints.parts(receptionReport.senderDomains(DOMAINS)),
                        CampaignEndpoints.parts(receptionReport.recipientDomains(DOMAINS))));
    }

    record FindingShape(
            String what,
            String subject,
            String state,
            String reason,
            List<String> arguments,
            String found,
            String publish) {
        static FindingShape of(SetupCheck.Finding finding) {
            return new FindingShape(
                    finding.what().key(),
                    finding.subject(),
                    finding.state().key(),
                    finding.reason().key(),
                    finding.arguments(),
                    finding.found(),
                    finding.publish());
        }
    }

    /**
     * @param lookedAt null while it is being looked up: ask again
     */
    record RecordsShape(String domain, Optional<Instant> lookedAt, List<FindingShape> items) {}

    Response records(ApiRequest apiRequest) {
        Domain domain =
                apiRequest.query().first("domain").flatMap(parser::domainName).orElseThrow();
        SetupCheck.Looked looked =
                screenContext.checks().check(domain, apiRequest.query().isOn("anew"));
        return ApiRequest.ok(
                new RecordsShape(
                        domain.name(),
                        looked.at(),
                        looked.findings().stream().map(FindingShape::of).toList()));
    }

    Response classify(ApiRequest apiRequest) {
        String stage = apiRequest.query().first("stage").orElse("rcpt");
        return apiRequest
                .query()
                .first("reply")
                .flatMap(reply -> screenContext.rules().classify(stage, reply))
                .map(ApiRequest::ok)
                .orElseGet(() -> ApiRequest.missing("refusal in this reply"));
    }

    record ChangeShape(String reply, String was, String would, long count) {
        static ChangeShape of(RuleTester.Change change) {
            return new ChangeShape(
                    change.reply(), change.was().text(), change.would().text(), change.count());
        }
    }

    record TrialShape(String version, long replies, List<ChangeShape> changes) {
        static TrialShape of(RuleTester.Trial trial) {
            return new TrialShape(
                    trial.version(),
                    trial.replies(),
                    trial.changes().stream().map(ChangeShape::of).toList());
        }
    }

    /** {@code {"since": "2026-11-20T00:00:00Z", "rules": "...", "kind": "bounces"}}. */
    Response dryRun(ApiRequest apiRequest) throws IOException {
        Map<String, Object> body = apiRequest.body();
        try {
            String rules = ApiRequest.text(body, "rules");
            Instant since = Instant.parse(ApiRequest.text(body, "since"));
            return ApiRequest.ok(
                    TrialShape.of(
                            screenContext
                                    .rules()
                                    .dryRun(ApiRequest.text(body, "kind"), rules, since)));
        } catch (DateTimeParseException e) {
            return ApiRequest.problem(
                    422,
                    "Unprocessable content",
                    "since: a time such as 2026-11-20T00:00:00Z, not " + e.getParsedString());
        } catch (RuleTester.BadRules e) {
            return ApiRequest.problem(422, "Unprocessable content", String.valueOf(e.getMessage()));
        }
    }

    Response credentials(ApiRequest apiRequest) {
        return ApiRequest.ok(
                new ApiRequest.Items(screenContext.credentials().entries(), Optional.empty()));
    }

    /** A credential just made; its password is not shown again. */
    record Made(String user, String password) {}

    Response createCredential(ApiRequest apiRequest) throws IOException {
        Map<String, Object> body = apiRequest.body();
        String user = ApiRequest.text(body, "user");
        if (user.isEmpty() || user.length() > 100) {
            return ApiRequest.problem(
                    422, "Unprocessable content", "user: a name of 1 to 100 characters");
        }
        CredentialBook book = screenContext.credentials();
        if (!book.isWritable()) {
            return ApiRequest.problem(
                    409, "Conflict", "credentials are written in the configuration file");
        }
        Map<String, Object> limits = new LinkedHashMap<>(body);
        List.of("user", "why").forEach(limits::remove);
        if (limits.containsKey("password")) {
            return ApiRequest.problem(
                    422, "Unprocessable content", "password: one is made here, and answered once");
        }
        screenContext.orders().note(apiRequest.by(body), "credential.add", List.of(user));
        try {
            return ApiRequest.json(201, new Made(user, book.create(user, limits)));
        } catch (IOException e) {
            return ApiRequest.problem(422, "Unprocessable content", String.valueOf(e.getMessage()));
        }
    }

    Response rotateCredential(ApiRequest apiRequest) throws IOException {
        String user = apiRequest.part("user");
        Optional<Response> refusal = unlessMadeHere(user);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        screenContext
                .orders()
                .note(apiRequest.by(apiRequest.body()), "credential.rotate", List.of(user));
        return ApiRequest.ok(new Made(user, screenContext.credentials().rotate(user)));
    }

    Response revokeCredential(ApiRequest apiRequest) throws IOException {
        String user = apiRequest.part("user");
        Optional<Response> refusal = unlessMadeHere(user);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        screenContext.orders().note(apiRequest.by(Map.of()), "credential.remove", List.of(user));
        screenContext.credentials().revoke(user);
        return Response.empty(204);
    }

    private Optional<Response> unlessMadeHere(String user) {
        Optional<CredentialBook.Entry> entry =
                screenContext.credentials().entries().stream()
                        .filter(known -> known.user().equals(user))
                        .findFirst();
        if (entry.isEmpty()) {
            return Optional.of(ApiRequest.missing("credential " + user));
        }
        return entry.filter(known -> known.origin().equals("file"))
                .map(
                        _ ->
                                ApiRequest.problem(
                                        409,
                                        "Conflict",
                                        user + " stands in the configuration file"));
    }

    Response keys(ApiRequest apiRequest) {
        return ApiRequest.ok(
                new ApiRequest.Items(screenContext.keys().entries(), Optional.empty()));
    }

    Response rotate(ApiRequest apiRequest) throws IOException {
        screenContext
                .orders()
                .note(apiRequest.by(Map.of()), "token_key.rotate", List.of("tracking"));
        screenContext.keys().rotate();
        return Response.empty(204);
    }

    Response settings(ApiRequest apiRequest) {
        return ApiRequest.ok(
                new ApiRequest.Items(
                        screenContext.inForce().lines().stream().map(SettingShape::of).toList(),
                        Optional.empty()));
    }

    Response reload(ApiRequest apiRequest) throws IOException {
        screenContext.orders().note(apiRequest.by(Map.of()), "reload", List.of("configuration"));
        Reload.Outcome outcome = screenContext.reload().reload();
        return outcome.problems().isEmpty()
                ? ApiRequest.ok(outcome)
                : ApiRequest.problem(
                        422, "Unprocessable content", String.join("\n", outcome.problems()));
    }

    Response audit(ApiRequest apiRequest) throws IOException {
        return ApiRequest.ok(
                new ApiRequest.Items(screenContext.audit().latest(AUDIT), Optional.empty()));
    }
}
