package facteur.server;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import javax.net.ssl.SSLException;

/**
 * The TLS context of a certificate and key on disk, made anew when the files change: whoever renews
 * certificates need not tell us. Files that cannot be used leave the old context in place.
 */
final class LiveCertificate implements Supplier<Optional<SslContext>> {
    private static final Logger log = LoggerFactory.getLogger(LiveCertificate.class);
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Supplier<Files> files;
    private final UnaryOperator<SslContextBuilder> more;
    private volatile Loaded loaded;
    private volatile long lookedAt = System.nanoTime();

    /** PEM files. */
    record Files(Path certificate, Path key) {}

    private record Stamp(Files files, FileTime certificate, FileTime key) {
        static Stamp of(Files files) throws IOException {
            return new Stamp(
                    files,
                    java.nio.file.Files.getLastModifiedTime(files.certificate()),
                    java.nio.file.Files.getLastModifiedTime(files.key()));
        }
    }

    private record Loaded(Stamp stamp, SslContext context) {}

    /**
     * @param files where they are now; a reload may name others
     * @throws IOException when they cannot be used
     */
    LiveCertificate(Supplier<Files> files) throws IOException {
        this(files, builder -> builder);
    }

    /**
     * @param more what the protocol behind TLS wants to be set, each time a context is made
     */
    LiveCertificate(Supplier<Files> files, UnaryOperator<SslContextBuilder> more)
            throws IOException {
        this.files = files;
        this.more = more;
        this.loaded = load(Stamp.of(files.get()));
    }

    @Override
    public Optional<SslContext> get() {
        if (System.nanoTime() - lookedAt > LOOK.toNanos()) {
            look();
        }
        return Optional.of(loaded.context());
    }

    private synchronized void look() {
        if (System.nanoTime() - lookedAt <= LOOK.toNanos()) {
            return;
        }
        lookedAt = System.nanoTime();
        Files named = files.get();
        try {
            Stamp stamp = Stamp.of(named);
            if (!stamp.equals(loaded.stamp())) {
                loaded = load(stamp);
                log.info("the certificate {} is in use", named.certificate());
            }
        } catch (IOException e) {
            // Perhaps one of the two is just being replaced; it is looked at again.
            log.warn(
                    "failed to read the certificate {} and its key; the old ones stay in use: {}",
                    named.certificate(),
                    e.getMessage());
        }
    }

    private Loaded load(Stamp stamp) throws IOException {
        return new Loaded(stamp, context(stamp.files(), more));
    }

    /**
     * @throws IOException when the files cannot be used, or are no pair
     */
    static SslContext context(Files files, UnaryOperator<SslContextBuilder> more)
            throws IOException {
        CertifiedKey read = CertifiedKey.read(files.certificate(), files.key());
        try {
            return more.apply(
                            SslContextBuilder.forServer(read.key(), read.chain())
                                    .sslProvider(
                                            OpenSsl.isAvailable()
                                                    ? SslProvider.OPENSSL
                                                    : SslProvider.JDK)
                                    .protocols("TLSv1.3", "TLSv1.2"))
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IOException(
                    "use " + files.certificate() + " with " + files.key() + ": " + e.getMessage(),
                    e);
        }
    }
}
