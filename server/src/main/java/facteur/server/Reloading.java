package facteur.server;

import facteur.admin.control.Reload;
import facteur.config.DeliverySettings;
import facteur.config.Settings;
import facteur.config.read.SettingsResult;
import facteur.config.unit.Endpoint;
import facteur.config.yaml.Problem;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Swaps the settings for what the file says now. A file with a problem, or settings that cannot be
 * put to work, leave everything as it was.
 */
final class Reloading implements Reload {
    private static final Logger log = LoggerFactory.getLogger(Reloading.class);

    // What is a part of its own does not tell in the rest.
    private static final Endpoint ANYWHERE = Endpoint.loopback(0);
    private static final Duration ANY_TIME = Duration.ofHours(1);

    private static final List<Part> PARTS =
            List.of(
                    new Part("hostname", Settings::hostname, false),
                    new Part("data_dir", Settings::dataDir, false),
                    new Part("node", Settings::node, false),
                    new Part("submission.listeners", s -> s.submission().listeners(), false),
                    new Part("submission", s -> s.submission().withListeners(List.of()), true),
                    new Part("tls", Settings::tls, true),
                    new Part("credentials", Settings::credentials, true),
                    new Part("dns", Settings::dns, false),
                    new Part("delivery.retry", s -> s.delivery().retry(), true),
                    new Part("delivery.max_age", s -> s.delivery().maxAge(), true),
                    new Part("delivery", s -> anySchedule(s.delivery()), false),
                    new Part("sources", Settings::sources, false),
                    new Part("pools", Settings::pools, false),
                    new Part("notices", Settings::notices, true),
                    new Part("dkim", Settings::dkim, true),
                    new Part("feedback", Settings::feedback, false),
                    new Part("tracking", Settings::tracking, true),
                    new Part("tracker.hosts", s -> s.tracker().hosts(), true),
                    new Part("tracker", s -> s.tracker().withHosts(List.of()), false),
                    new Part("admin.listen", s -> s.admin().listen(), false),
                    new Part("admin", s -> s.admin().withListen(ANYWHERE), true),
                    new Part("retention", Settings::retention, true),
                    new Part("store", Settings::store, false),
                    new Part("logging", Settings::logging, true),
                    new Part("rules", Settings::rules, true));

    private final Supplier<SettingsResult> file;
    private final Supplier<Settings> current;
    private final Function<SettingsResult.Good, Preflight.Findings> look;
    private final Consumer<SettingsResult.Good> swap;

    /**
     * A part of the settings.
     *
     * @param live whether a reload puts it to work
     */
    private record Part(String key, Function<Settings, Object> of, boolean live) {
        /** Whether it is the key, or the key stands below it. */
        boolean holds(String asked) {
            return asked.equals(key) || asked.startsWith(key + ".") || asked.startsWith(key + "[");
        }

        boolean differs(Settings one, Settings other) {
            return !of.apply(one).equals(of.apply(other));
        }
    }

    /**
     * @param look makes everything of the files that settings name, as a start does
     * @param swap puts settings to work; throws when it cannot, having changed nothing
     */
    Reloading(
            Supplier<SettingsResult> file,
            Supplier<Settings> current,
            Function<SettingsResult.Good, Preflight.Findings> look,
            Consumer<SettingsResult.Good> swap) {
        this.file = file;
        this.current = current;
        this.look = look;
        this.swap = swap;
    }

    private static DeliverySettings anySchedule(DeliverySettings delivery) {
        return delivery.withSchedule(List.of(ANY_TIME), ANY_TIME);
    }

    /** Whether a reload puts to work what stands under a key such as {@code admin.hosts}. */
    static boolean isLive(String key) {
        return PARTS.stream()
                .filter(part -> part.holds(key))
                .max(Comparator.comparingInt(part -> part.key().length()))
                .orElseThrow(() -> new IllegalArgumentException("no part has the key " + key))
                .live();
    }

    @Override
    public synchronized Outcome reload() {
        return switch (file.get()) {
            case SettingsResult.Bad(var problems) -> refused(lines(problems));
            case SettingsResult.Good next -> {
                Preflight.Findings found = look.apply(next);
                yield found.problems().isEmpty()
                        ? take(next, lines(found.warnings()))
                        : refused(lines(found.problems()));
            }
        };
    }

    private static List<String> lines(List<Problem> problems) {
        return problems.stream().map(Problem::toString).toList();
    }

    private Outcome take(SettingsResult.Good next, List<String> warnings) {
        Settings old = current.get();
        List<Part> changed =
                PARTS.stream().filter(part -> part.differs(old, next.settings())).toList();
        try {
            swap.accept(next);
        } catch (RuntimeException e) {
            return refused(List.of(String.valueOf(e.getMessage())));
        }
        Outcome outcome =
                new Outcome(
                        changed.stream().map(Part::key).toList(),
                        changed.stream().filter(part -> !part.live()).map(Part::key).toList(),
                        List.of(),
                        warnings);
        warnings.forEach(warning -> log.warn("{}", warning));
        log.info(
                "reloaded: changed {}, of which only a restart puts to work {}",
                outcome.changed(),
                outcome.needRestart());
        return outcome;
    }

    private static Outcome refused(List<String> problems) {
        problems.forEach(problem -> log.error("reload: {}; the old settings stay", problem));
        return new Outcome(List.of(), List.of(), problems, List.of());
    }
}
