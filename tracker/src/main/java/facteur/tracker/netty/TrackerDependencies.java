package facteur.tracker.netty;

import facteur.mail.token.TokenSeal;
import facteur.tracker.recording.Recorder;

import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What requests are answered with.
 *
 * @param seal asked anew for each request, so that keys can be rotated
 */
public record TrackerDependencies(
        Supplier<TokenSeal> seal,
        Recorder recorder,
        InstantSource clock,
        TrackerCounters figures) {}
