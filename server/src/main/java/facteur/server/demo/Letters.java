package facteur.server.demo;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The newsletters of the demonstration. */
final class Letters {
    private Letters() {}

    /** A complete message, its lines ended by CRLF and its dots as they are. */
    static byte[] letter(String campaign, String subject, String recipient) {
        return """
        From: La Boutique <news@boutique.example>
        To: %s
        Subject: =?UTF-8?B?%s?=
        X-Campaign: %s
        X-Tag: demo
        MIME-Version: 1.0
        Content-Type: multipart/alternative; boundary="demo"

        --demo
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        Bonjour, la nouvelle collection est là : https://boutique.example/collection

        --demo
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: 8bit

        <!doctype html>
        <html><body style="font-family:sans-serif">
        <h1>%s</h1>
        <p>Bonjour,</p>
        <p>La nouvelle collection est arrivée. <a href="https://boutique.example/collection?utm_source=mail&amp;utm_campaign=demo">La découvrir</a></p>
        <p><a href="https://boutique.example/magasins">Nos magasins</a> · <a href="https://boutique.example/aide#livraison">Livraison</a></p>
        </body></html>

        --demo--
        """
                .formatted(
                        recipient,
                        Base64.getEncoder()
                                .encodeToString(subject.getBytes(StandardCharsets.UTF_8)),
                        campaign,
                        subject)
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
