package facteur.server.cli;

import facteur.config.Settings;
import facteur.config.icu.IcuDomains;
import facteur.mail.address.Address;
import facteur.mail.address.AddressParser;
import facteur.mail.address.Domain;
import facteur.mail.message.Content;
import facteur.mail.message.MailId;
import facteur.mail.message.MessageFacts;
import facteur.mail.token.Keyring;
import facteur.mail.token.KeyringFile;
import facteur.mail.token.TokenSeal;
import facteur.message.control.ControlHeaders;
import facteur.message.mime.HeaderReader;
import facteur.message.render.MimeMap;
import facteur.message.render.RecipientCopy;
import facteur.message.render.RenderedCopy;
import facteur.message.render.Rendering;
import facteur.server.Server;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code facteur render}: what a recipient would get, byte for byte. */
@Command(
        name = "render",
        description = "Render a message from standard input for one recipient, to standard output.")
final class RenderCommand implements Callable<Integer> {
    private static final int MOST = 64 << 20;

    @Option(names = "--to", required = true, paramLabel = "ADDR", description = "the recipient")
    private String to = "";

    @Option(names = "--campaign", paramLabel = "C", description = "instead of what the header says")
    private @Nullable String campaign;

    @Mixin private ConfigOption config;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Address address =
                new AddressParser(new IcuDomains())
                        .address(to)
                        .orElseThrow(() -> new UsageError("--to " + to + " is not an address"));
        Settings settings = config.settings();
        byte[] octets = System.in.readNBytes(MOST);
        Content original = Content.of(octets);
        MessageFacts facts =
                ControlHeaders.take(
                                HeaderReader.read(original)
                                        .orElseThrow(
                                                () ->
                                                        new UsageError(
                                                                "the header is longer than 256"
                                                                        + " KiB")),
                                settings.tracking().mode())
                        .facts();
        RecipientCopy recipientCopy =
                new RecipientCopy(
                        new MailId(0).recipient(0),
                        address,
                        facts.tracking(),
                        settings.tracking().baseUrl().toString(),
                        new TokenSeal(keyring(settings.dataDir().resolve("keys"))),
                        Optional.ofNullable(campaign).or(facts::campaign),
                        settings.feedback().map(f -> f.returnPathDomain()),
                        new Domain(settings.hostname()),
                        Server.signer(settings),
                        Instant.now());
        RenderedCopy renderedCopy =
                Rendering.render(
                        original, MimeMap.of(original, Server.linkRules(settings)), recipientCopy);
        try (InputStream in = renderedCopy.content().open()) {
            in.transferTo(System.out);
        }
        System.out.flush();
        spec.commandLine()
                .getErr()
                .println(
                        renderedCopy
                                .notTracked()
                                .map(why -> "not tracked: " + why.key())
                                .orElse(
                                        renderedCopy.links()
                                                + " links, "
                                                + (renderedCopy.pixel() ? "a pixel" : "no pixel")));
        return 0;
    }

    /**
     * The server's own keys where there are any; else new ones, so that the command works anywhere.
     */
    private static Keyring keyring(Path directory) throws IOException {
        return KeyringFile.load(directory)
                .orElseGet(() -> Keyring.create(Instant.now(), new SecureRandom()));
    }
}
