package facteur.server.cli;

import facteur.server.local.LocalEnvelope;
import facteur.server.local.SpoolClient;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code facteur send}: a message by hand, the way that programs of this machine go. */
@Command(
        name = "send",
        description = {
            "Send a message through the running server; its text is read from standard input.",
            "It is handed in as the credential named local, where there is one."
        })
final class SendCommand implements Callable<Integer> {
    /** Of an encoded word (RFC 2047 2), in octets of text. */
    private static final int ENCODED = 42;

    @Mixin private ConfigOption config;

    @Option(
            names = "--to",
            paramLabel = "ADDRESS",
            required = true,
            description = "may be repeated")
    private List<String> to = new ArrayList<>();

    @Option(
            names = "--from",
            paramLabel = "ADDRESS",
            defaultValue = "",
            description = "sender and From field; default: the user at the name of this host")
    private String from = "";

    @Option(names = "--subject", paramLabel = "TEXT", defaultValue = "")
    private String subject = "";

    @Option(
            names = "--campaign",
            paramLabel = "CAMPAIGN",
            defaultValue = "",
            description = "what the message belongs to")
    private String campaign = "";

    @Option(names = "--text", paramLabel = "TEXT", description = "instead of standard input")
    private @org.jspecify.annotations.Nullable String text;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        LocalSender sender = LocalSender.ofThisProcess();
        String address = sender.complete(from.isEmpty() ? sender.user() : from);
        String body =
                text == null
                        ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                        : text + "\n";
        SpoolClient.Outcome outcome =
                SpoolClient.hand(
                        config.server().spool(),
                        LocalEnvelope.of(address, to),
                        new ByteArrayInputStream(
                                message(address, to, subject, campaign, body)
                                        .getBytes(StandardCharsets.UTF_8)));
        return switch (outcome) {
            case SpoolClient.Outcome.Taken(String reply) -> say(reply);
            case SpoolClient.Outcome.Waits(String why) -> say(why + "; the message waits");
            case SpoolClient.Outcome.Refused(String reply) -> throw new IOException(reply);
        };
    }

    private int say(String words) {
        spec.commandLine().getOut().println(words);
        return 0;
    }

    static String message(
            String from, List<String> to, String subject, String campaign, String body) {
        return "From: "
                + from
                + "\nTo: "
                + String.join(",\n ", to)
                + "\nSubject: "
                + word(subject)
                + (campaign.isEmpty() ? "" : "\nX-Campaign: " + word(campaign))
                + "\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8"
                + "\nContent-Transfer-Encoding: 8bit\n\n"
                + body;
    }

    /** A text in a header field: as it is, or in encoded words. */
    private static String word(String text) {
        if (text.length() < 900 && text.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            return text;
        }
        List<String> words = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        text.codePoints()
                .forEach(
                        c -> {
                            part.appendCodePoint(c);
                            if (part.toString().getBytes(StandardCharsets.UTF_8).length
                                    > ENCODED - 4) {
                                words.add(encoded(part));
                            }
                        });
        if (!part.isEmpty()) {
            words.add(encoded(part));
        }
        return String.join("\n ", words);
    }

    private static String encoded(StringBuilder part) {
        String word =
                Base64.getEncoder()
                        .encodeToString(part.toString().getBytes(StandardCharsets.UTF_8));
        part.setLength(0);
        return "=?utf-8?B?" + word + "?=";
    }
}
