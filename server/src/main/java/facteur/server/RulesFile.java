package facteur.server;

import facteur.config.RulesSettings;
import facteur.config.yaml.YamlFile;
import facteur.mail.file.FileReason;
import facteur.mta.disposition.BounceRules;
import facteur.mta.disposition.BounceRulesReader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The bounce rules that settings ask for: an operator's file, or those that are shipped. */
public final class RulesFile {
    private RulesFile() {}

    /** Rules that cannot be used, with everything that is wrong with them. */
    public static final class Bad extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient List<String> problems;

        Bad(List<String> problems) {
            super(String.join("\n", problems));
            this.problems = List.copyOf(problems);
        }

        public List<String> problems() {
            return problems;
        }
    }

    /**
     * @throws Bad naming file, line and key of each problem
     */
    public static BounceRules load(RulesSettings settings) {
        return settings.bounces().map(RulesFile::load).orElseGet(BounceRulesReader::shipped);
    }

    public static BounceRules load(Path file) {
        try {
            return parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new Bad(List.of("read the bounce rules " + file + ": " + FileReason.of(e)));
        }
    }

    public static BounceRules parse(String yaml, String name) {
        return switch (BounceRulesReader.read(yaml, name)) {
            case YamlFile.Read.Good<BounceRules>(var rules, var _) -> rules;
            case YamlFile.Read.Bad<BounceRules>(var problems) ->
                    throw new Bad(problems.stream().map(Object::toString).toList());
        };
    }
}
