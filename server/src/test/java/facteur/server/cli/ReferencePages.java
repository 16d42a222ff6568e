package facteur.server.cli;

import facteur.config.read.SettingsReader;

import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The pages of the manual that are made from the code. */
final class ReferencePages {
    private ReferencePages() {}

    /** Every page, by the name of its file in {@code docs}. */
    static Map<String, String> all() {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("reference/settings.md", settings());
        pages.put("reference/commands.md", commands());
        pages.put("reference/api.md", api());
        return pages;
    }

    private static String settings() {
        Map<String, List<SettingsReader.Key>> sections = new LinkedHashMap<>();
        for (SettingsReader.Key key : SettingsReader.everyKey()) {
            String section = key.name().replaceFirst("(\\[])?[.].*$", "");
            section = section.equals(key.name()) ? "At the top" : section;
            sections.computeIfAbsent(section, _ -> new ArrayList<>()).add(key);
        }
        StringBuilder page = new StringBuilder();
        page.append("# Settings\n\n");
        page.append(
                "One file, `/etc/facteur/facteur.yaml` or what `--config` names, in YAML. Units are"
                    + " always written (`30s`, `5m`, `72h`, `25MiB`). Keys that are not known are"
                    + " refused, with the one that was probably meant. Paths are relative to the"
                    + " file. A secret stands in another file (`!file PATH`), in the environment"
                    + " (`!env NAME`) or with systemd (`!credential NAME`).\n\n"
                    + "`facteur check` tells every problem with its line, `facteur check --show`"
                    + " every setting with the line that says it; `facteur reload` puts a changed"
                    + " file to work, and names what waits for a restart.\n");
        sections.forEach(
                (section, keys) -> {
                    page.append("\n## ").append(section).append("\n\n");
                    page.append("| key | default, or an example | meaning |\n|---|---|---|\n");
                    keys.stream().map(ReferencePages::row).forEach(page::append);
                });
        return page.toString();
    }

    private static String row(SettingsReader.Key key) {
        String value = ManualPages.shown(key.value());
        String shown =
                value.isEmpty()
                        ? ""
                        : (key.hasDefault() ? "" : "for example ") + "`" + cell(value) + "`";
        return "| `" + key.name() + "` | " + shown + " | " + text(cell(key.meaning())) + " |\n";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace('\n', ' ').strip();
    }

    private static String commands() {
        StringBuilder page = new StringBuilder();
        page.append("# Commands\n\n");
        page.append(
                "Commands that ask the running server find it through its configuration, and need"
                        + " no password where they may read its data directory. All of those take"
                        + " `--config FILE`, `--json` (the answer as the API gives it) and `--wide`"
                        + " (whole values, and every column). They end with 0 when done, 1 when it"
                        + " failed, 2 when the command or the configuration is wrong.\n");
        for (CommandLine noun : ManualPages.visible(FacteurCommand.commandLine())) {
            page.append("\n## facteur ").append(noun.getCommandName()).append("\n\n");
            page.append(text(ManualPages.what(noun))).append('\n');
            for (CommandLine verb : ManualPages.verbs(noun)) {
                page.append('\n').append(usage(verb, noun));
            }
        }
        return page.toString();
    }

    private static String usage(CommandLine verb, CommandLine noun) {
        StringBuilder usage = new StringBuilder();
        String values =
                ManualPages.values(verb).stream()
                        .map(ReferencePages::placed)
                        .collect(Collectors.joining());
        if (!verb.equals(noun)) {
            usage.append("### ").append(verb.getCommandSpec().qualifiedName()).append("\n\n");
            usage.append(text(ManualPages.what(verb))).append("\n\n");
        }
        usage.append("    ").append(verb.getCommandSpec().qualifiedName()).append(values);
        usage.append("\n\n");
        List<String> rows =
                Stream.concat(
                                ManualPages.values(verb).stream(),
                                ManualPages.options(verb).stream().filter(ReferencePages::isOwn))
                        .map(ReferencePages::row)
                        .toList();
        if (!rows.isEmpty()) {
            usage.append("| argument | meaning |\n|---|---|\n");
            rows.forEach(usage::append);
        }
        return usage.toString();
    }

    private static boolean isOwn(OptionSpec option) {
        return Stream.of("--config", "--json", "--wide", "--help", "--version")
                .noneMatch(option.longestName()::equals);
    }

    private static String placed(PositionalParamSpec value) {
        String label = value.paramLabel() + (value.arity().max() > 1 ? "..." : "");
        return value.arity().min() == 0 ? " [" + label + "]" : " " + label;
    }

    private static String row(ArgSpec argument) {
        String name = argument.paramLabel();
        if (argument instanceof OptionSpec option) {
            name =
                    String.join(", ", option.names())
                            + (option.arity().max() > 0 ? " " + option.paramLabel() : "");
        }
        return "| `" + cell(name) + "` | " + text(cell(ManualPages.sentence(argument))) + " |\n";
    }

    /** Words in which nothing is markup. */
    private static String text(String words) {
        return words.replaceAll("([*_<>\\[\\]])", "\\\\$1");
    }

    private static String api() {
        Map<?, ?> api =
                (Map<?, ?>)
                        new Load(LoadSettings.builder().build())
                                .loadFromInputStream(
                                        ReferencePages.class.getResourceAsStream(
                                                "/facteur/admin/static/openapi.yaml"));
        StringBuilder page = new StringBuilder();
        page.append("# API\n\n");
        page.append(
                "Under `/api/v1` of the UI's address, with a key: `facteur api-key create NAME"
                    + " --scope read`, then `Authorization: Bearer KEY`. The whole description,"
                    + " with schemas and examples, is served as `/api/v1/openapi.yaml` and can be"
                    + " given to a generator of clients.\n\n");
        page.append(text(String.valueOf(map(api, "info").get("description")).strip()));
        page.append("\n");
        Map<String, List<String>> rows = new TreeMap<>();
        map(api, "paths")
                .forEach(
                        (path, operations) ->
                                ((Map<?, ?>) operations)
                                        .forEach(
                                                (method, operation) ->
                                                        rows.computeIfAbsent(
                                                                        part(path.toString()),
                                                                        _ -> new ArrayList<>())
                                                                .add(
                                                                        row(
                                                                                api,
                                                                                path.toString(),
                                                                                method.toString(),
                                                                                (Map<?, ?>)
                                                                                        operation))));
        rows.forEach(
                (part, lines) -> {
                    page.append("\n## ").append(part).append("\n\n");
                    page.append("| request | what | parameters |\n|---|---|---|\n");
                    lines.forEach(page::append);
                });
        return page.toString();
    }

    private static Map<?, ?> map(Map<?, ?> in, String key) {
        return in.get(key) instanceof Map<?, ?> map ? map : Map.of();
    }

    private static String part(String path) {
        return path.split("/", 3)[1];
    }

    private static String row(Map<?, ?> api, String path, String method, Map<?, ?> operation) {
        String parameters =
                operation.get("parameters") instanceof List<?> list
                        ? list.stream()
                                .map(each -> resolved(api, (Map<?, ?>) each))
                                .filter(each -> !"path".equals(each.get("in")))
                                .map(each -> "`" + each.get("name") + "`")
                                .collect(Collectors.joining(", "))
                        : "";
        return "| `%s %s` | %s | %s |%n"
                .formatted(
                        method.toUpperCase(Locale.ROOT),
                        path,
                        text(cell(String.valueOf(operation.get("summary")))),
                        parameters);
    }

    /** Follows a reference within the document. */
    private static Map<?, ?> resolved(Map<?, ?> api, Map<?, ?> value) {
        if (!(value.get("$ref") instanceof String reference)) {
            return value;
        }
        Map<?, ?> found = api;
        for (String part : reference.substring(2).split("/", -1)) {
            found = map(found, part);
        }
        return found;
    }
}
