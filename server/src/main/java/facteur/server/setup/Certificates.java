package facteur.server.setup;

import facteur.admin.control.SetupCheck.Finding;
import facteur.admin.control.SetupCheck.Reason;
import facteur.admin.control.SetupCheck.What;
import facteur.config.Settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Certificates: for whom, and until when. */
public final class Certificates {
    /** A renewal that failed is noticed before it hurts; ACME clients renew 30 days before. */
    public static final Duration SOON = Duration.ofDays(21);

    // GeneralName dNSName (RFC 5280 4.2.1.6).
    private static final int DNS_NAME = 2;

    private Certificates() {}

    /** The file of the server's certificate: the one named, or that of the first start. */
    public static Path file(Settings settings) {
        return settings.tls()
                .map(tls -> tls.certificate())
                .orElseGet(() -> settings.dataDir().resolve("tls/cert.pem"));
    }

    /** The first certificate of a PEM file. */
    public static X509Certificate read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (CertificateException e) {
            throw new IOException("read the certificate " + file + ": " + e.getMessage(), e);
        }
    }

    /** Days until the end of a certificate; negative when it is over. */
    public static long daysLeft(X509Certificate certificate, Instant now) {
        Duration left = Duration.between(now, certificate.getNotAfter().toInstant());
        return Math.floorDiv(left.toSeconds(), Duration.ofDays(1).toSeconds());
    }

    static Finding look(Path file, String hostname, Instant now) {
        X509Certificate certificate;
        try {
            certificate = read(file);
        } catch (IOException e) {
            return finding(file, Reason.TLS_UNREADABLE, List.of(String.valueOf(e.getMessage())));
        }
        List<String> names = names(certificate);
        String until = certificate.getNotAfter().toInstant().toString().substring(0, 10);
        long days = daysLeft(certificate, now);
        if (days < 0) {
            return finding(file, Reason.TLS_EXPIRED, List.of(until));
        }
        if (names.stream().noneMatch(name -> covers(name, hostname))) {
            return finding(
                    file, Reason.TLS_OTHER_NAME, List.of(String.join(", ", names), hostname));
        }
        if (certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal())) {
            return finding(file, Reason.TLS_SELF_SIGNED, List.of(until));
        }
        return days < SOON.toDays()
                ? finding(file, Reason.TLS_EXPIRES, List.of(Long.toString(days), until))
                : finding(file, Reason.TLS_VALID, List.of(until));
    }

    private static Finding finding(Path file, Reason reason, List<String> arguments) {
        return new Finding(What.TLS, file.toString(), reason, arguments, "", "");
    }

    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all =
                    Optional.ofNullable(certificate.getSubjectAlternativeNames()).orElse(List.of());
            for (List<?> name : all) {
                if (name.getFirst().equals(DNS_NAME)) {
                    names.add(String.valueOf(name.get(1)).toLowerCase(Locale.ROOT));
                }
            }
        } catch (CertificateParsingException _) {
            return List.of(); // then it has no name, which is reported
        }
        return names;
    }

    /** RFC 9525 6.3: a star stands for one label, the first. */
    private static boolean covers(String pattern, String host) {
        int dot = host.indexOf('.');
        return pattern.equals(host)
                || (pattern.startsWith("*.")
                        && dot > 0
                        && host.substring(dot).equals(pattern.substring(1)));
    }
}
