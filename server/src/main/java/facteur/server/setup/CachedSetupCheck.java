package facteur.server.setup;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import facteur.admin.control.SetupCheck;
import facteur.config.Settings;
import facteur.mail.address.Domain;
import facteur.mta.routing.dnsjava.DnsResolver;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Keeps what was found of each domain for some minutes, and looks in the background. */
public final class CachedSetupCheck implements SetupCheck {
    private static final Logger log = LoggerFactory.getLogger(CachedSetupCheck.class);

    private static final Duration KEPT = Duration.ofMinutes(5);
    private static final Duration JUST_NOW = Duration.ofSeconds(10);
    private static final int MOST_DOMAINS = 200;
    // Anybody who may read the page can name a domain: no more than this is looked up at once.
    private static final int AT_ONCE = 4;

    private final Supplier<Settings> settings;
    private final InstantSource clock;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final Cache<Domain, CompletableFuture<Looked>> known =
            Caffeine.newBuilder().maximumSize(MOST_DOMAINS).expireAfterWrite(KEPT).build();

    /**
     * @param settings those in force, asked at each look
     */
    public CachedSetupCheck(Supplier<Settings> settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Looked check(Domain domain, boolean anew) {
        CompletableFuture<Looked> found = known.getIfPresent(domain);
        if (found != null && anew && isOld(found)) {
            known.asMap().remove(domain, found);
        }
        return known.get(domain, this::begin).getNow(Looked.UNDER_WAY);
    }

    private boolean isOld(CompletableFuture<Looked> found) {
        return found.getNow(Looked.UNDER_WAY)
                .at()
                .filter(at -> at.plus(JUST_NOW).isBefore(clock.instant()))
                .isPresent();
    }

    private CompletableFuture<Looked> begin(Domain domain) {
        CompletableFuture<Looked> answer = new CompletableFuture<>();
        Thread.ofVirtual().name("setup-" + domain).start(() -> look(domain, answer));
        return answer;
    }

    private void look(Domain domain, CompletableFuture<Looked> answer) {
        if (!free.tryAcquire()) {
            known.asMap().remove(domain, answer); // the page asks again, and then it may begin
            answer.complete(Looked.UNDER_WAY);
            return;
        }
        try {
            Instant at = clock.instant();
            Settings now = settings.get();
            // One of its own: what routing remembers may be what was just corrected.
            DomainSetup setup = new DomainSetup(now, DnsResolver.of(now));
            List<Finding> findings = new ArrayList<>(setup.domain(domain, at));
            findings.addAll(setup.server(at));
            findings.addAll(new MachineCheck(now).findings());
            answer.complete(new Looked(Optional.of(clock.instant()), findings));
        } catch (UnknownHostException | RuntimeException e) {
            log.warn("failed to look up the records of {}", domain, e);
            known.asMap().remove(domain, answer);
            answer.complete(Looked.UNDER_WAY);
        } finally {
            free.release();
        }
    }
}
