package facteur.server.cli;

import facteur.server.local.LocalEnvelope;
import facteur.server.local.SpoolClient;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code sendmail -bs}: SMTP on standard input and output (RFC 5321), without a network. */
final class SendmailDialogue {
    private static final Pattern PATH = Pattern.compile("(?i)(?:FROM|TO):[ ]*<([^>]*)>(?: .*)?");
    private static final int LINE = 2048;
    private static final int MOST_CONTENT = 128 << 20;

    /** Hands a message in; null when it could be left nowhere. */
    interface Hand {
        SpoolClient.@Nullable Outcome outcome(LocalEnvelope envelope, InputStream content);
    }

    private final LocalSender sender;
    private final Hand hand;
    private final BufferedInputStream in;
    private final PrintStream out;
    private @Nullable String from;
    private final List<String> to = new ArrayList<>();

    SendmailDialogue(LocalSender sender, Hand hand, InputStream in, PrintStream out) {
        this.sender = sender;
        this.hand = hand;
        this.in = new BufferedInputStream(in, 64 << 10);
        this.out = out;
    }

    int run() {
        try {
            reply("220 " + sender.domain() + " ESMTP");
            for (String line = line(); line != null; line = line()) {
                if (line.toUpperCase(Locale.ROOT).equals("QUIT")) {
                    reply("221 2.0.0 bye");
                    return SystemExit.OK;
                }
                command(line);
            }
            return SystemExit.OK;
        } catch (IOException e) {
            return SystemExit.TRY_AGAIN;
        }
    }

    private void reply(String line) {
        out.print(line + "\r\n");
        out.flush();
    }

    private void command(String line) throws IOException {
        int blank = line.indexOf(' ');
        String verb = (blank < 0 ? line : line.substring(0, blank)).toUpperCase(Locale.ROOT);
        String rest = blank < 0 ? "" : line.substring(blank + 1).strip();
        switch (verb) {
            case "EHLO" ->
                    reply("250-" + sender.domain() + "\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES");
            case "HELO" -> reply("250 " + sender.domain());
            case "NOOP", "VRFY" ->
                    reply(verb.equals("NOOP") ? "250 2.0.0 ok" : "252 2.0.0 perhaps");
            case "RSET" -> {
                reset();
                reply("250 2.0.0 ok");
            }
            case "MAIL" -> mail(rest);
            case "RCPT" -> rcpt(rest);
            case "DATA" -> data();
            default -> reply("502 5.5.1 command not known");
        }
    }

    private void reset() {
        from = null;
        to.clear();
    }

    private void mail(String rest) {
        Matcher path = PATH.matcher(rest);
        if (from != null) {
            reply("503 5.5.1 there is a sender already");
        } else if (path.matches()) {
            from = sender.complete(path.group(1));
            reply("250 2.1.0 sender ok");
        } else {
            reply("501 5.5.4 MAIL FROM:<address>");
        }
    }

    private void rcpt(String rest) {
        Matcher path = PATH.matcher(rest);
        if (from == null) {
            reply("503 5.5.1 MAIL first");
        } else if (path.matches() && !path.group(1).isEmpty()) {
            to.add(sender.complete(path.group(1)));
            reply("250 2.1.5 recipient ok");
        } else {
            reply("501 5.5.4 RCPT TO:<address>");
        }
    }

    private void data() throws IOException {
        if (from == null || to.isEmpty()) {
            reply("503 5.5.1 MAIL and RCPT first");
            return;
        }
        reply("354 go on");
        SpoolClient.Outcome outcome =
                hand.outcome(LocalEnvelope.of(from, to), new ByteArrayInputStream(content()));
        reset();
        reply(
                switch (outcome) {
                    case SpoolClient.Outcome.Taken(String said) -> said;
                    case SpoolClient.Outcome.Refused(String said) -> said;
                    case SpoolClient.Outcome.Waits _ -> "250 2.0.0 kept until the server runs";
                    case null -> "451 4.3.0 the message can be left nowhere; try again later";
                });
    }

    /** Up to the line of one dot; dots that were doubled are single again (RFC 5321 4.5.2). */
    private byte[] content() throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        while (true) {
            byte[] line = octets(Integer.MAX_VALUE);
            if (line.length == 0) {
                throw new IOException("the message does not end");
            }
            String start = new String(line, 0, Math.min(3, line.length), StandardCharsets.US_ASCII);
            if (start.equals(".\n") || start.equals(".\r\n")) {
                return content.toByteArray();
            }
            int from = start.startsWith(".") ? 1 : 0;
            content.write(line, from, line.length - from);
            if (content.size() > MOST_CONTENT) {
                throw new IOException("the message is too large");
            }
        }
    }

    private @Nullable String line() throws IOException {
        byte[] octets = octets(LINE);
        return octets.length == 0
                ? null
                : new String(octets, StandardCharsets.UTF_8).stripTrailing();
    }

    private byte[] octets(int most) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            line.write(octet);
            if (octet == '\n') {
                break;
            }
            if (line.size() > most) {
                throw new IOException("a line is too long");
            }
        }
        return line.toByteArray();
    }
}
