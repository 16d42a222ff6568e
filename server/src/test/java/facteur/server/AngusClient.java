package facteur.server;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Jakarta Mail, as Java applications use it. */
final class AngusClient {
    private AngusClient() {}

    /** In a JVM of its own: James' older javax.mail lists its providers in the same resources. */
    static Peers.Ended submit(Path directory, int port, boolean implicitTls, String to)
            throws IOException {
        String classPath =
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(
                                part ->
                                        part.endsWith("test-classes")
                                                || part.contains("angus")
                                                || part.contains("jakarta"))
                        .collect(Collectors.joining(File.pathSeparator));
        return Peers.run(
                Duration.ofSeconds(60),
                directory,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        classPath,
                        AngusClient.class.getName(),
                        String.valueOf(port),
                        String.valueOf(implicitTls),
                        to,
                        LabServer.USER,
                        LabServer.PASSWORD));
    }

    public static void main(String[] arguments) throws MessagingException {
        String port = arguments[0];
        boolean implicitTls = Boolean.parseBoolean(arguments[1]);
        String to = arguments[2];
        Properties properties = new Properties();
        properties.put("mail.smtp.host", "127.0.0.1");
        properties.put("mail.smtp.port", port);
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
            transport.connect(arguments[3], arguments[4]);
            message.saveChanges();
            transport.sendMessage(message, message.getAllRecipients());
        }
    }
}
