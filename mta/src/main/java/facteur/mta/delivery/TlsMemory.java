package facteur.mta.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import facteur.mail.event.HostEvent;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * TLS with each host, by name, over restarts: {@link TlsRecord} decides, here it is kept. What is
 * recorded are changes, and one refresh a day. Any thread.
 */
public final class TlsMemory {
    private static final Logger log = LoggerFactory.getLogger(TlsMemory.class);

    private static final int REMEMBERED = 65_536;
    private static final Duration REFRESH = Duration.ofDays(1);

    private final InstantSource clock;
    private final Consumer<HostEvent> recorder;
    private final Cache<String, TlsRecord> hosts =
            Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();
    private final LongAdder failures = new LongAdder();
    private final LongAdder inClear = new LongAdder();

    /** A host that is sent to in clear text, since its TLS fails. */
    public record InClear(String host, Instant since, String cause) {}

    /**
     * @param recorder puts on record; nothing waits for it
     * @param known what was recorded, the oldest first
     */
    public TlsMemory(
            InstantSource clock, Consumer<HostEvent> recorder, Collection<HostEvent> known) {
        this.clock = clock;
        this.recorder = recorder;
        known.forEach(event -> hosts.asMap().merge(event.host(), of(event), (a, b) -> b.after(a)));
    }

    private static TlsRecord of(HostEvent event) {
        return switch (event) {
            case HostEvent.TlsWorked worked -> TlsRecord.NOTHING.worked(worked.at());
            case HostEvent.TlsFailed failed ->
                    new TlsRecord(
                            Optional.empty(),
                            Optional.of(
                                    new TlsRecord.Failing(
                                            failed.since(),
                                            failed.at(),
                                            failed.tries(),
                                            failed.cause())));
        };
    }

    TlsRecord.Choice choice(String host) {
        return known(host).choice(clock.instant());
    }

    private TlsRecord known(String host) {
        TlsRecord record = hosts.getIfPresent(host);
        return record == null ? TlsRecord.NOTHING : record;
    }

    /** A session with TLS is ready. */
    void worked(String host, String protocol) {
        Instant now = clock.instant();
        TlsRecord before = known(host);
        boolean fresh = before.worked().filter(at -> at.plus(REFRESH).isAfter(now)).isPresent();
        if (fresh && before.failing().isEmpty()) {
            return;
        }
        change(host, record -> record.worked(now));
        recorder.accept(new HostEvent.TlsWorked(host, now, protocol));
        if (before.failing().isPresent()) {
            log.info("TLS with {} works again: {}", host, protocol);
        }
    }

    /** STARTTLS or the handshake failed where it was tried. */
    void failed(String host, String cause) {
        failures.increment();
        Instant now = clock.instant();
        TlsRecord before = known(host);
        TlsRecord after = change(host, record -> record.failed(now, cause));
        boolean begins = before.failing().isEmpty();
        boolean givesUp = after.isInClear(now) && !after.equals(before);
        if (begins || givesUp) {
            TlsRecord.Failing failing = after.failing().orElseThrow();
            recorder.accept(
                    new HostEvent.TlsFailed(
                            host,
                            now,
                            failing.since(),
                            failing.tries(),
                            after.isInClear(now),
                            cause));
        }
        if (begins) {
            log.warn("TLS with {} fails, its mail goes to other hosts or waits: {}", host, cause);
        } else if (givesUp && !before.isInClear(now)) {
            log.warn(
                    "TLS with {} has failed {} times since {} and did not work in {} days:"
                            + " its mail goes in clear text, unless TLS is required: {}",
                    host,
                    after.failing().orElseThrow().tries(),
                    after.failing().orElseThrow().since(),
                    TlsRecord.TRUSTED.toDays(),
                    cause);
        }
    }

    /** A session in clear text is ready, because TLS fails. */
    void wentInClear() {
        inClear.increment();
    }

    private TlsRecord change(String host, UnaryOperator<TlsRecord> change) {
        return hosts.asMap()
                .compute(
                        host,
                        (_, known) -> change.apply(known == null ? TlsRecord.NOTHING : known));
    }

    /** Those that are sent to in clear text at present, since their TLS fails. */
    public List<InClear> inClear() {
        Instant now = clock.instant();
        return hosts.asMap().entrySet().stream()
                .filter(entry -> entry.getValue().isInClear(now))
                .flatMap(
                        entry ->
                                entry.getValue().failing().stream()
                                        .map(
                                                f ->
                                                        new InClear(
                                                                entry.getKey(),
                                                                f.since(),
                                                                f.cause())))
                .sorted(Comparator.comparing(InClear::since).thenComparing(InClear::host))
                .toList();
    }

    /** Attempts at TLS that failed. */
    public long failures() {
        return failures.sum();
    }

    /** Sessions in clear text because TLS fails. */
    public long sessionsInClear() {
        return inClear.sum();
    }
}
