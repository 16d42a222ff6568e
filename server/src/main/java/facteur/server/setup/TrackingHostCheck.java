package facteur.server.setup;

import facteur.admin.control.SetupCheck.Finding;
import facteur.admin.control.SetupCheck.Reason;
import facteur.admin.control.SetupCheck.What;
import facteur.config.TrackingSettings;
import facteur.config.unit.Network;
import facteur.mail.message.TrackingMode;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Asks the tracking host for a pixel, as a reader's mail program would. */
final class TrackingHostCheck {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(8);

    /** Every path of that kind answers with the pixel, whatever follows. */
    private static final String PIXEL = "/o/setup-check";

    private static final int PIXEL_OCTETS = 43;

    private final DnsQuestions dns;

    TrackingHostCheck(DnsQuestions dns) {
        this.dns = dns;
    }

    Finding look(TrackingSettings tracking, Instant now) throws DnsQuestions.Unanswered {
        URI base = tracking.baseUrl();
        if (tracking.mode() == TrackingMode.OFF) {
            return finding(base, Reason.TRACKING_OFF);
        }
        String host = Optional.ofNullable(base.getHost()).orElse("");
        boolean literal = Network.literal(host.replaceAll("[\\[\\]]", "")).isPresent();
        if (!literal && dns.addresses(host).isEmpty()) {
            return finding(base, Reason.TRACKING_NO_ADDRESS, host);
        }
        return asked(base, now);
    }

    private static Finding asked(URI base, Instant now) {
        try (HttpClient client =
                HttpClient.newBuilder()
                        .connectTimeout(CONNECT)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(base + PIXEL)).timeout(ANSWER).build();
            HttpResponse<InputStream> answer =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            int length;
            try (InputStream body = answer.body()) {
                length = body.readNBytes(PIXEL_OCTETS + 1).length;
            }
            if (answer.statusCode() != 200 || length != PIXEL_OCTETS) {
                return finding(base, Reason.TRACKING_OTHER, Integer.toString(answer.statusCode()));
            }
            return answered(base, answer, now);
        } catch (SSLHandshakeException e) {
            return finding(base, Reason.TRACKING_UNTRUSTED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            return finding(base, Reason.TRACKING_SILENT, why);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return finding(base, Reason.UNANSWERED, "interrupted");
        }
    }

    private static Finding answered(URI base, HttpResponse<InputStream> answer, Instant now)
            throws SSLPeerUnverifiedException {
        if (answer.sslSession().isEmpty()) {
            return finding(base, Reason.TRACKING_CLEAR);
        }
        Certificate shown = answer.sslSession().get().getPeerCertificates()[0];
        long days =
                shown instanceof X509Certificate certificate
                        ? Certificates.daysLeft(certificate, now)
                        : Long.MAX_VALUE;
        return days < Certificates.SOON.toDays()
                ? finding(base, Reason.TRACKING_EXPIRES, Long.toString(days))
                : finding(base, Reason.TRACKING_ANSWERS);
    }

    private static Finding finding(URI base, Reason reason, String... arguments) {
        return new Finding(What.TRACKING, base.toString(), reason, List.of(arguments), "", "");
    }
}
