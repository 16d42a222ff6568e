package facteur.config.read;

import facteur.config.Secret;
import facteur.config.yaml.Section;
import facteur.config.yaml.Section.TaggedReader.Outcome;
import facteur.mail.file.FileReason;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.function.Function;

/**
 * Fetches secrets from where the file says they are: {@code !file path} (relative to the settings
 * file), {@code !env NAME}, {@code !credential name} (a systemd credential). What other users can
 * read is no secret and is refused, be it a secret's file or a settings file with secrets in it.
 */
final class SecretReader implements Section.TaggedReader<Secret> {
    private static final Logger log = LoggerFactory.getLogger(SecretReader.class);

    // A private key with its comments has a few KiB.
    private static final int MAX_BYTES = 1 << 16;

    private final Path settingsFile;
    private final Function<String, Optional<String>> environment;
    private boolean warned;

    SecretReader(Path settingsFile, Function<String, Optional<String>> environment) {
        this.settingsFile = settingsFile;
        this.environment = environment;
    }

    @Override
    public Outcome<Secret> read(String tag, String text) {
        return switch (tag) {
            case "!file" -> ofFile(settingsFile.resolveSibling(text));
            case "!env" -> ofEnvironment(text);
            case "!credential" -> ofCredential(text);
            case "" -> inline(text);
            default -> bad("unknown tag " + tag + "; allowed: !file, !env, !credential");
        };
    }

    /**
     * Allowed, since a first try should not fail over it; said, since a server in use should not
     * stay so.
     */
    private Outcome<Secret> inline(String text) {
        if (!warned && othersCanRead(settingsFile)) {
            warned = true;
            log.warn(
                    "{} holds a secret and can be read by other users; chmod o= it, or name the"
                            + " secret by !file, !env or !credential",
                    settingsFile);
        }
        return secret(text, "the value");
    }

    private Outcome<Secret> ofEnvironment(String name) {
        return environment
                .apply(name)
                .map(value -> secret(value, "environment variable " + name))
                .orElseGet(() -> bad("environment variable " + name + " is not set"));
    }

    private Outcome<Secret> ofCredential(String name) {
        Optional<String> directory = environment.apply("CREDENTIALS_DIRECTORY");
        if (directory.isEmpty()) {
            return bad("no $CREDENTIALS_DIRECTORY: not started by systemd with LoadCredential=");
        }
        return name.contains("/")
                ? bad("a credential's name has no slash")
                : ofFile(Path.of(directory.get(), name));
    }

    static Outcome<Secret> ofFile(Path file) {
        try {
            if (othersCanRead(file)) {
                return bad(file + " can be read by other users; chmod o= it");
            }
            if (Files.size(file) > MAX_BYTES) {
                return bad(file + " has more than " + MAX_BYTES + " bytes");
            }
            String content = Files.readString(file, StandardCharsets.UTF_8);
            return secret(content.strip(), file.toString());
        } catch (IOException e) {
            return bad("read " + file + ": " + FileReason.of(e));
        }
    }

    /** Whether the permissions of {@code file} let any user read it; false where there are none. */
    static boolean othersCanRead(Path file) {
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return false;
        }
        try {
            return view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException _) {
            return false; // missing: opening it reports that
        }
    }

    private static Outcome<Secret> secret(String value, String where) {
        return value.isEmpty() ? bad(where + " is empty") : new Outcome.Good<>(new Secret(value));
    }

    private static Outcome<Secret> bad(String why) {
        return new Outcome.Bad<>(why);
    }
}
