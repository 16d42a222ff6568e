package facteur.server;

import facteur.config.ListenerSettings;
import facteur.config.ListenerTls;
import facteur.config.Settings;
import facteur.config.TrackerSettings;
import facteur.mail.file.FileReason;
import facteur.mail.message.RecipientId;
import facteur.mail.message.TrackingMode;
import facteur.mail.token.Token;
import facteur.store.Store;
import facteur.store.journal.Position;
import facteur.store.query.ReaderQueries;
import facteur.store.query.ReaderStanding;
import facteur.tracker.engagement.HitContext;
import facteur.tracker.engagement.RobotRules;
import facteur.tracker.netty.TrackerLimits;
import facteur.tracker.netty.TrackerListener;
import facteur.tracker.recording.KnownOptOuts;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the tracker is told of settings and store. */
final class TrackerWiring {
    private static final Logger log = LoggerFactory.getLogger(TrackerWiring.class);

    private TrackerWiring() {}

    /** Where readers come to: the plain listener first, then the others in their order. */
    static List<TrackerListener> listeners(TrackerSettings settings, TrackingHosts hosts) {
        List<TrackerListener> listeners = new ArrayList<>();
        listeners.add(
                new TrackerListener(
                        settings.listen().toSocketAddress(),
                        Optional.empty(),
                        false,
                        settings.trustedProxies()));
        for (ListenerSettings more : settings.listeners()) {
            listeners.add(
                    new TrackerListener(
                            more.address().toSocketAddress(),
                            more.tls() == ListenerTls.IMPLICIT
                                    ? Optional.of(hosts::forName)
                                    : Optional.empty(),
                            more.proxyProtocol(),
                            more.trustedProxies()));
        }
        return listeners;
    }

    static TrackerLimits limits(TrackerSettings settings) {
        return new TrackerLimits(
                settings.maxConnections(),
                settings.maxConnectionsPerNetwork(),
                TrackerLimits.FIRST_REQUEST,
                TrackerLimits.NEXT_REQUEST);
    }

    /** What may be recorded of hits now: the strictest of server, message and contact. */
    static List<HitContext> standings(
            Settings settings, ReaderQueries readers, List<Token> tokens) {
        return tokens.stream().map(token -> standing(settings, readers, token)).toList();
    }

    private static HitContext standing(Settings settings, ReaderQueries readers, Token token) {
        TrackingMode server = settings.tracking().mode();
        return switch (token) {
            case Token.Personal personal -> {
                ReaderStanding known = readers.standing(personal.recipient());
                TrackingMode wanted = server.strictest(known.mode().orElse(TrackingMode.FULL));
                yield new HitContext(
                        known.deliveredAt(),
                        known.declined() ? TrackingMode.OFF : wanted,
                        known.hits());
            }
            case Token.AnonymousOpen _, Token.AnonymousClick _ ->
                    new HitContext(Optional.empty(), server);
        };
    }

    /** What the views know of unsubscriptions and of refusals to be measured. */
    static KnownOptOuts refusals(Store store, InstantSource clock) {
        return new KnownOptOuts() {
            @Override
            public boolean isUnsubscribed(RecipientId recipient) {
                return store.views().readers().isUnsubscribed(recipient, clock.instant());
            }

            @Override
            public boolean isDeclined(RecipientId recipient) {
                return store.views().readers().standing(recipient).declined();
            }

            @Override
            public Position folded() {
                return store.folded();
            }
        };
    }

    /** The rules of the file, or those that are shipped; says which networks have grown old. */
    static RobotRules robots(Optional<Path> file) {
        RobotRules rules = file.map(TrackerWiring::read).orElseGet(RobotRules::shipped);
        for (RobotRules.NetworkRule rule : rules.stale(LocalDate.now(ZoneOffset.UTC))) {
            log.warn(
                    "the networks {} of the robot rules were last checked on {}: compare them"
                            + " with what their owner publishes, and set their date; source: {}",
                    rule.id(),
                    rule.date(),
                    rule.source());
        }
        return rules;
    }

    private static RobotRules read(Path file) {
        try {
            return RobotRules.read(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "read the robot rules " + file + ": " + FileReason.of(e), e);
        }
    }
}
