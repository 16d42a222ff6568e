package facteur.admin.api;

import facteur.admin.control.Alerts;
import facteur.admin.control.CredentialBook;
import facteur.admin.control.Reload;
import facteur.admin.control.RuleDesk;
import facteur.admin.control.SetupCheck;
import facteur.admin.report.Senders;
import facteur.admin.screen.Desk;
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
final class ServerCalls {
    private static final int DAYS = 30;
    private static final int DOMAINS = 100;
    private static final int AUDIT = 1000;

    private final Desk desk;
    private final AddressParser parser = new AddressParser(new IcuDomains());

    ServerCalls(Desk desk) {
        this.desk = desk;
    }

    Response alerts(Call call) {
        return Call.ok(
                new Call.Items(
                        desk.alerts().now().stream().map(AlertShape::of).toList(),
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

    record DayShape(LocalDate day, Shapes.FiguresShape figures) {}

    record DeliverabilityShape(
            List<DayShape> days,
            List<Shapes.PartShape> senderDomains,
            List<Shapes.PartShape> recipientDomains) {}

    Response deliverability(Call call) {
        Senders senders = new Senders(desk.views());
        LocalDate today = LocalDate.ofInstant(call.now(), ZoneOffset.UTC);
        return Call.ok(
                new DeliverabilityShape(
                        senders.days(today, DAYS).stream()
                                .map(
                                        day ->
                                                new DayShape(
                                                        day.day(),
                                                        Shapes.FiguresShape.of(day.figures())))
                                .toList(),
                        CampaignCalls.parts(senders.senderDomains(DOMAINS)),
                        CampaignCalls.parts(senders.recipientDomains(DOMAINS))));
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

    Response records(Call call) {
        Optional<Domain> domain = call.query().first("domain").flatMap(parser::domainName);
        if (domain.isEmpty()) {
            return Call.problem(422, "Unprocessable content", "domain: a sender domain");
        }
        SetupCheck.Looked looked = desk.checks().check(domain.get(), call.query().isOn("anew"));
        return Call.ok(
                new RecordsShape(
                        domain.get().name(),
                        looked.at(),
                        looked.findings().stream().map(FindingShape::of).toList()));
    }

    Response classify(Call call) {
        String stage = call.query().first("stage").orElse("rcpt");
        return call.query()
                .first("reply")
                .flatMap(reply -> desk.rules().classify(stage, reply))
                .map(Call::ok)
                .orElseGet(() -> Call.missing("refusal in this reply"));
    }

    record ChangeShape(String reply, String was, String would, long count) {
        static ChangeShape of(RuleDesk.Change change) {
            return new ChangeShape(
                    change.reply(), change.was().text(), change.would().text(), change.count());
        }
    }

    record TrialShape(String version, long replies, List<ChangeShape> changes) {
        static TrialShape of(RuleDesk.Trial trial) {
            return new TrialShape(
                    trial.version(),
                    trial.replies(),
                    trial.changes().stream().map(ChangeShape::of).toList());
        }
    }

    /** {@code {"since": "2026-11-20T00:00:00Z", "rules": "...", "kind": "bounces"}}. */
    Response dryRun(Call call) throws IOException {
        Map<String, Object> body = call.body();
        try {
            String rules = Call.text(body, "rules");
            Instant since = Instant.parse(Call.text(body, "since"));
            return Call.ok(
                    TrialShape.of(desk.rules().dryRun(Call.text(body, "kind"), rules, since)));
        } catch (DateTimeParseException e) {
            return Call.problem(
                    422,
                    "Unprocessable content",
                    "since: a time such as 2026-11-20T00:00:00Z, not " + e.getParsedString());
        } catch (RuleDesk.BadRules e) {
            return Call.problem(422, "Unprocessable content", String.valueOf(e.getMessage()));
        }
    }

    Response credentials(Call call) {
        return Call.ok(new Call.Items(desk.credentials().entries(), Optional.empty()));
    }

    /** A credential just made; its password is not shown again. */
    record Made(String user, String password) {}

    Response createCredential(Call call) throws IOException {
        Map<String, Object> body = call.body();
        String user = Call.text(body, "user");
        if (user.isEmpty() || user.length() > 100) {
            return Call.problem(
                    422, "Unprocessable content", "user: a name of 1 to 100 characters");
        }
        CredentialBook book = desk.credentials();
        if (!book.isWritable()) {
            return Call.problem(
                    409, "Conflict", "credentials are written in the configuration file");
        }
        Map<String, Object> limits = new LinkedHashMap<>(body);
        List.of("user", "why").forEach(limits::remove);
        if (limits.containsKey("password")) {
            return Call.problem(
                    422, "Unprocessable content", "password: one is made here, and answered once");
        }
        desk.orders().note(call.by(body), "credential.add", List.of(user));
        try {
            return Call.json(201, new Made(user, book.create(user, limits)));
        } catch (IOException e) {
            return Call.problem(422, "Unprocessable content", String.valueOf(e.getMessage()));
        }
    }

    Response rotateCredential(Call call) throws IOException {
        String user = call.part("user");
        Optional<Response> refusal = unlessMadeHere(user);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        desk.orders().note(call.by(call.body()), "credential.rotate", List.of(user));
        return Call.ok(new Made(user, desk.credentials().rotate(user)));
    }

    Response revokeCredential(Call call) throws IOException {
        String user = call.part("user");
        Optional<Response> refusal = unlessMadeHere(user);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        desk.orders().note(call.by(Map.of()), "credential.remove", List.of(user));
        desk.credentials().revoke(user);
        return Response.empty(204);
    }

    private Optional<Response> unlessMadeHere(String user) {
        Optional<CredentialBook.Entry> entry =
                desk.credentials().entries().stream()
                        .filter(known -> known.user().equals(user))
                        .findFirst();
        if (entry.isEmpty()) {
            return Optional.of(Call.missing("credential " + user));
        }
        return entry.filter(known -> known.origin().equals("file"))
                .map(
                        _ ->
                                Call.problem(
                                        409,
                                        "Conflict",
                                        user + " stands in the configuration file"));
    }

    Response keys(Call call) {
        return Call.ok(new Call.Items(desk.keys().entries(), Optional.empty()));
    }

    Response rotate(Call call) throws IOException {
        desk.orders().note(call.by(Map.of()), "token_key.rotate", List.of("tracking"));
        desk.keys().rotate();
        return Response.empty(204);
    }

    Response settings(Call call) {
        return Call.ok(
                new Call.Items(
                        desk.inForce().lines().stream().map(SettingShape::of).toList(),
                        Optional.empty()));
    }

    Response reload(Call call) throws IOException {
        desk.orders().note(call.by(Map.of()), "reload", List.of("configuration"));
        Reload.Outcome outcome = desk.reload().reload();
        return outcome.problems().isEmpty()
                ? Call.ok(outcome)
                : Call.problem(422, "Unprocessable content", String.join("\n", outcome.problems()));
    }

    Response audit(Call call) throws IOException {
        return Call.ok(new Call.Items(desk.audit().latest(AUDIT), Optional.empty()));
    }
}
