package facteur.server;

import facteur.admin.control.Alerts;
import facteur.config.Settings;
import facteur.mta.delivery.TlsMemory;
import facteur.mta.feedback.BounceSpikeWatch;
import facteur.mta.routing.Router;
import facteur.server.maillog.MailLog;
import facteur.server.setup.Certificates;
import facteur.store.Store;
import facteur.store.journal.Position;
import facteur.tracker.engagement.RobotRules;
import facteur.tracker.netty.TrackerConnections;
import facteur.tracker.recording.Recorder;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The alerts of the UI: the same facts as those of the shipped Prometheus rules, for installations
 * without Prometheus. What needs a course of time is compared with what stood when it was asked
 * before.
 */
final class AlertEvaluator implements Alerts {
    private static final Logger log = LoggerFactory.getLogger(AlertEvaluator.class);

    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Duration STANDSTILL = Duration.ofMinutes(1);
    private static final Duration PINNED = Duration.ofMinutes(1);
    private static final Duration LATELY = Duration.ofMinutes(10);
    private static final Duration CERTIFICATE = Duration.ofMinutes(10);
    private static final long MANY_TURNED_AWAY = 100;

    private final Parts parts;
    private final InstantSource clock;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private Moving folded;
    private Told told = new Told(Instant.EPOCH, List.of());
    private Certificate certificate = new Certificate(Instant.EPOCH, Optional.empty());

    /** What is watched. */
    record Parts(
            Supplier<Settings> settings,
            Store store,
            DiskWatch disk,
            BounceSpikeWatch doubts,
            Recorder recorder,
            TrackerConnections readers,
            Supplier<Optional<Router.Trouble>> resolver,
            Supplier<List<TlsMemory.InClear>> inClear,
            Supplier<RobotRules> robots,
            Supplier<Duration> mailLogLag) {}

    private record Told(Instant at, List<Alert> alerts) {}

    private record Moving(Instant since, Position position) {}

    private record Sample(Instant at, long dropped, long turnedAway) {}

    private record Certificate(Instant at, Optional<Alert> alert) {}

    AlertEvaluator(Parts parts, InstantSource clock) {
        this.parts = parts;
        this.clock = clock;
        this.folded = new Moving(clock.instant(), parts.store().folded());
        samples.add(new Sample(clock.instant(), 0, 0));
    }

    @Override
    public synchronized List<Alert> now() {
        Instant now = clock.instant();
        if (told.at().plus(FRESH).isBefore(now)) {
            List<Alert> alerts = new ArrayList<>();
            journal(alerts);
            views(alerts, now);
            refusals(alerts, now);
            delivery(alerts);
            readers(alerts, now);
            mailLog(alerts);
            certificate(now).ifPresent(alerts::add);
            alerts.sort(Comparator.comparing(Alert::kind));
            told = new Told(now, List.copyOf(alerts));
        }
        return told.alerts();
    }

    private void journal(List<Alert> alerts) {
        parts.store()
                .journal()
                .stopped()
                .ifPresent(why -> alerts.add(Alert.of(Kind.JOURNAL_STOPPED, "", why, 0)));
        if (parts.store().journal().waitsForRoom()) {
            alerts.add(Alert.of(Kind.JOURNAL_WAITS, "", "", 0));
        }
        if (parts.disk().isLow()) {
            alerts.add(Alert.of(Kind.DISK_LOW, "", "", parts.disk().free().octets() >> 20));
        }
        parts.store()
                .clockDoubt()
                .ifPresent(
                        doubt ->
                                alerts.add(
                                        Alert.of(
                                                Kind.CLOCK_DOUBTED,
                                                "",
                                                "",
                                                doubt.step().toHours())));
        if (!parts.store().damage().isEmpty()) {
            alerts.add(
                    Alert.of(
                            Kind.DAMAGE,
                            "",
                            parts.store().damage().getFirst(),
                            parts.store().damage().size()));
        }
    }

    private void views(List<Alert> alerts, Instant now) {
        Position position = parts.store().folded();
        boolean isBehind = position.compareTo(parts.store().journal().durable()) < 0;
        if (!isBehind || !position.equals(folded.position())) {
            folded = new Moving(now, position);
        } else if (folded.since().plus(STANDSTILL).isBefore(now)) {
            alerts.add(
                    Alert.of(
                            Kind.VIEWS_BEHIND,
                            "",
                            "",
                            Duration.between(folded.since(), now).toMinutes()));
        }
        Duration oldest = parts.store().oldestReader();
        if (oldest.compareTo(PINNED) > 0) {
            alerts.add(Alert.of(Kind.VIEWS_PINNED, "", "", oldest.toSeconds()));
        }
    }

    private void refusals(List<Alert> alerts, Instant now) {
        parts.doubts()
                .jumps()
                .forEach(
                        jump ->
                                alerts.add(
                                        new Alert(
                                                Kind.REFUSAL_JUMP,
                                                jump.site(),
                                                jump.text(),
                                                Optional.of(jump.since()),
                                                jump.doubted())));
        parts.robots()
                .get()
                .stale(LocalDate.ofInstant(now, ZoneOffset.UTC))
                .forEach(
                        rule ->
                                alerts.add(
                                        Alert.of(
                                                Kind.ROBOT_RULES_OLD,
                                                rule.id(),
                                                rule.date().toString(),
                                                0)));
    }

    private void delivery(List<Alert> alerts) {
        parts.resolver()
                .get()
                .ifPresent(
                        trouble ->
                                alerts.add(
                                        switch (trouble) {
                                            case Router.Trouble.Silent(var time, var detail) ->
                                                    Alert.of(
                                                            Kind.RESOLVER_SILENT,
                                                            "",
                                                            detail,
                                                            time.toMinutes());
                                            case Router.Trouble.Denying(int domains) ->
                                                    Alert.of(Kind.RESOLVER_DENIES, "", "", domains);
                                        }));
        List<TlsMemory.InClear> inClear = parts.inClear().get();
        if (!inClear.isEmpty()) {
            TlsMemory.InClear first = inClear.getFirst();
            alerts.add(
                    new Alert(
                            Kind.TLS_IN_CLEAR,
                            first.host(),
                            first.cause(),
                            Optional.of(first.since()),
                            inClear.size()));
        }
    }

    private void readers(List<Alert> alerts, Instant now) {
        Sample current = new Sample(now, parts.recorder().dropped(), parts.readers().turnedAway());
        samples.addLast(current);
        while (samples.size() > 2 && samples.getFirst().at().plus(LATELY).isBefore(now)) {
            samples.removeFirst();
        }
        Sample before = samples.getFirst();
        if (current.dropped() > before.dropped()) {
            alerts.add(Alert.of(Kind.HITS_DROPPED, "", "", current.dropped() - before.dropped()));
        }
        if (current.turnedAway() - before.turnedAway() > MANY_TURNED_AWAY) {
            alerts.add(
                    Alert.of(
                            Kind.READERS_TURNED_AWAY,
                            "",
                            "",
                            current.turnedAway() - before.turnedAway()));
        }
    }

    private void mailLog(List<Alert> alerts) {
        Duration lag = parts.mailLogLag().get();
        if (lag.compareTo(MailLog.LATE) > 0) {
            alerts.add(Alert.of(Kind.MAIL_LOG_LATE, "", "", lag.toSeconds()));
        }
    }

    private Optional<Alert> certificate(Instant now) {
        if (certificate.at().plus(CERTIFICATE).isBefore(now)) {
            Path file = Certificates.file(parts.settings().get());
            try {
                long days = Certificates.daysLeft(Certificates.read(file), now);
                certificate =
                        new Certificate(
                                now,
                                days < Certificates.SOON.toDays()
                                        ? Optional.of(
                                                Alert.of(
                                                        Kind.CERTIFICATE_ENDS,
                                                        file.toString(),
                                                        "",
                                                        days))
                                        : Optional.empty());
            } catch (IOException e) {
                // Those who need it say so when they read it; here it is only not known.
                log.debug("look at the certificate {}", file, e);
                certificate = new Certificate(now, Optional.empty());
            }
        }
        return certificate.alert();
    }
}
