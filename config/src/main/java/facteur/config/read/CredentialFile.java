package facteur.config.read;

import facteur.config.AllowedCampaigns;
import facteur.config.CredentialSettings;
import facteur.config.yaml.Problem;
import facteur.config.yaml.Scalar;
import facteur.config.yaml.Section;
import facteur.config.yaml.YamlFile;
import facteur.config.yaml.YamlText;
import facteur.mail.file.AtomicFile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The credentials that were made while the server ran: a file of its own, with the keys that a
 * settings file has below {@code credentials}, so that an operator can read it, and move a line.
 */
public final class CredentialFile {
    private static final Scalar<Instant> INSTANT =
            new Scalar<>("a date and time", "2026-01-31T12:00:00Z", CredentialFile::instant);

    private final Path file;

    /** A credential, and when it was made. */
    public record Made(CredentialSettings credential, Instant created) {}

    public CredentialFile(Path file) {
        this.file = file;
    }

    /**
     * @return nothing when there is no file yet
     * @throws IOException when it cannot be read or understood; the message names every problem
     */
    public List<Made> read() throws IOException {
        if (Files.notExists(file)) {
            return List.of();
        }
        SettingsBinder binder =
                new SettingsBinder(
                        file,
                        new SecretReader(file, _ -> Optional.empty()),
                        new facteur.config.icu.IcuDomains());
        String text = Files.readString(file, StandardCharsets.UTF_8);
        return switch (YamlFile.read(
                text,
                file.toString(),
                top -> top.sections("credentials", in -> made(binder, in), List.of()))) {
            case YamlFile.Read.Good<List<Made>>(var made, var _) -> made;
            case YamlFile.Read.Bad<List<Made>>(List<Problem> problems) ->
                    throw new IOException(
                            problems.stream()
                                    .map(Problem::toString)
                                    .collect(java.util.stream.Collectors.joining("\n")));
        };
    }

    private static Made made(SettingsBinder binder, Section in) {
        return new Made(binder.credential(in), in.required("created", INSTANT, Instant.EPOCH));
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException _) {
            return Optional.empty(); // the caller says what is allowed
        }
    }

    /** Replaces the file, which is whole at any moment, and readable by its owner alone. */
    public void write(List<Made> credentials) throws IOException {
        List<Map<String, Object>> lines = credentials.stream().map(CredentialFile::line).toList();
        String text =
                "# Made by facteur credential; the server rewrites it.\n"
                        + YamlText.of(Map.of("credentials", lines));
        AtomicFile.replace(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, Object> line(Made made) {
        CredentialSettings credential = made.credential();
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("user", credential.user());
        line.put("created", made.created().toString());
        line.put("password", credential.password().value());
        line.put(
                "campaigns",
                switch (credential.campaigns()) {
                    case AllowedCampaigns.Any _ -> "any";
                    case AllowedCampaigns.Only(Set<String> names) ->
                            names.stream().sorted().toList();
                });
        line.put("allow_null_sender", credential.allowNullSender());
        texts(line, "sender_domains", credential.senderDomains());
        line.put("from", credential.from().key());
        texts(line, "networks", credential.networks());
        texts(line, "messages", credential.limits().messages());
        texts(line, "recipients", credential.limits().recipients());
        credential.tracking().ifPresent(mode -> line.put("tracking", mode.key()));
        credential
                .limits()
                .maxMessageSize()
                .ifPresent(size -> line.put("max_message_size", size.toString()));
        credential
                .maxAge()
                .ifPresent(age -> line.put("max_age", facteur.config.unit.Durations.format(age)));
        return line;
    }

    private static void texts(Map<String, Object> line, String key, List<?> values) {
        if (!values.isEmpty()) {
            line.put(key, new ArrayList<>(values.stream().map(Object::toString).toList()));
        }
    }

    /**
     * A credential as its keys and values describe it, such as those of a request.
     *
     * @throws IOException when they are none; the message names every problem
     */
    public static CredentialSettings of(Map<String, Object> keys) throws IOException {
        String text = YamlText.of(keys);
        Path nowhere = Path.of("credential");
        SettingsBinder binder =
                new SettingsBinder(
                        nowhere,
                        new SecretReader(nowhere, _ -> Optional.empty()),
                        new facteur.config.icu.IcuDomains());
        return switch (YamlFile.read(text, "credential", binder::credential)) {
            case YamlFile.Read.Good<CredentialSettings>(var good, var _) -> good;
            case YamlFile.Read.Bad<CredentialSettings>(List<Problem> problems) ->
                    throw new IOException(
                            problems.stream()
                                    .map(problem -> problem.key() + ": " + problem.what())
                                    .collect(java.util.stream.Collectors.joining("; ")));
        };
    }
}
