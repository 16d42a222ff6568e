package facteur.server;

import facteur.config.CredentialSettings;
import facteur.config.Secret;
import facteur.config.Settings;
import facteur.config.read.CredentialFile;
import facteur.mail.file.AtomicFile;
import facteur.mail.file.PrivateFiles;
import facteur.mail.token.Keyring;
import facteur.mail.token.KeyringFile;
import facteur.server.bouncycastle.SelfSigned;
import facteur.server.setup.Certificates;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** What is made where an operator has not provided it. Files belong to their owner alone. */
final class FirstStart {
    private static final Logger log = LoggerFactory.getLogger(FirstStart.class);

    private static final String USER = "app";
    private static final int PASSWORD_OCTETS = 18;

    private final Path dataDir;
    private final SecureRandom random = new SecureRandom();

    FirstStart(Path dataDir) throws IOException {
        this.dataDir = dataDir;
        PrivateFiles.directory(dataDir);
        List<Path> closed = PrivateFiles.close(dataDir);
        if (!closed.isEmpty()) {
            log.warn(
                    "{} files and directories in {} could be read by other users, such as {}: they"
                            + " belong to their owner alone now",
                    closed.size(),
                    dataDir,
                    closed.getFirst());
        }
        List<Path> foreign = PrivateFiles.foreign(dataDir);
        if (!foreign.isEmpty()) {
            log.warn(
                    "{} files and directories in {} belong to another user, such as this: {}",
                    foreign.size(),
                    dataDir,
                    PrivateFiles.whose(foreign.getFirst()).orElse(""));
        }
    }

    /** The keys of tokens, made if there are none. */
    Keyring keyring(InstantSource clock) throws IOException {
        Path directory = privateDirectory("keys");
        Optional<Keyring> known = KeyringFile.load(directory);
        if (known.isPresent()) {
            return known.get();
        }
        Keyring made = Keyring.create(clock.instant(), random);
        KeyringFile.save(directory, made);
        return made;
    }

    /** Where credentials are kept that are made while the server runs. */
    CredentialFile madeCredentials() throws IOException {
        privateDirectory("credentials");
        return new CredentialFile(made(dataDir));
    }

    static Path made(Path dataDir) {
        return dataDir.resolve("credentials").resolve("made.yaml");
    }

    /** Where certificate and key are; the data directory's own where no others are named. */
    LiveCertificate.Files files(Settings settings) {
        return files(settings, dataDir);
    }

    static LiveCertificate.Files files(Settings settings, Path dataDir) {
        return settings.tls()
                .map(tls -> new LiveCertificate.Files(tls.certificate(), tls.key()))
                .orElseGet(
                        () ->
                                new LiveCertificate.Files(
                                        Certificates.file(settings),
                                        dataDir.resolve("tls/key.pem")));
    }

    /** Makes a self-signed certificate where none is named and none was made before. */
    void certificate(Settings settings) throws IOException {
        if (settings.tls().isPresent()) {
            return;
        }
        privateDirectory("tls");
        LiveCertificate.Files files = files(settings);
        if (Files.notExists(files.certificate()) || Files.notExists(files.key())) {
            SelfSigned made = SelfSigned.of(settings.hostname(), Instant.now());
            write(files.key(), made.key());
            write(files.certificate(), made.certificate());
        }
    }

    /** Credentials to submit with, and the password to print when one was just made. */
    record Credentials(List<CredentialSettings> known, Optional<String> printed) {
        Credentials {
            known = List.copyOf(known);
        }
    }

    /**
     * The configured credentials; without any, one named {@code app} whose password is kept in the
     * data directory.
     */
    Credentials credentials(Settings settings) throws IOException {
        if (!settings.credentials().isEmpty()) {
            return new Credentials(settings.credentials(), Optional.empty());
        }
        Path file = privateDirectory("credentials").resolve(USER);
        boolean isNew = Files.notExists(file);
        if (isNew) {
            byte[] octets = new byte[PASSWORD_OCTETS];
            random.nextBytes(octets);
            write(file, Base64.getUrlEncoder().withoutPadding().encodeToString(octets));
        }
        String password = Files.readString(file).strip();
        CredentialSettings made = CredentialSettings.unrestricted(USER, new Secret(password));
        return new Credentials(List.of(made), isNew ? Optional.of(password) : Optional.empty());
    }

    private Path privateDirectory(String name) throws IOException {
        return PrivateFiles.directory(dataDir.resolve(name));
    }

    private static void write(Path file, String text) throws IOException {
        AtomicFile.replace(
                file, (text.endsWith("\n") ? text : text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
