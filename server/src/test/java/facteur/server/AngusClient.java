package facteur.server;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;

import java.util.Properties;

/** Jakarta Mail, as Java applications use it. */
final class AngusClient {
    private AngusClient() {}

    static void submit(int port, boolean implicitTls, String to) throws MessagingException {
        Properties properties = new Properties();
        properties.put("mail.smtp.host", "127.0.0.1");
        properties.put("mail.smtp.port", String.valueOf(port));
        properties.put("mail.smtp.auth", "true");
        properties.put("mail.smtp.starttls.required", String.valueOf(!implicitTls));
        properties.put("mail.smtp.ssl.enable", String.valueOf(implicitTls));
        properties.put("mail.smtp.ssl.trust", "*");
        properties.put("mail.smtp.ssl.checkserveridentity", "false");
        properties.put("mail.smtp.from", "news@sender.example");
        Session session = Session.getInstance(properties);
        MimeMessage message = new MimeMessage(session);
        message.setFrom(new InternetAddress("news@sender.example"));
        message.setRecipient(Message.RecipientType.TO, new InternetAddress(to));
        message.setSubject("angus");
        message.setText("Bonjour,\nvotre commande est prête.\n.\n", "UTF-8");
        try (Transport transport = session.getTransport("smtp")) {
            transport.connect(LabServer.USER, LabServer.PASSWORD);
            message.saveChanges();
            transport.sendMessage(message, message.getAllRecipients());
        }
    }
}
