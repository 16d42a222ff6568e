package facteur.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A script for bash, which zsh reads as well, made from the commands. Names of sites, campaigns and
 * credentials are asked of the running server by {@code facteur __complete}. picocli's own script
 * completes no value that is only known when it runs.
 */
final class Completion {
    private static final String FUNCTION =
            """
            # Completion for facteur in bash, and in zsh by bashcompinit; made from its commands.
            _facteur() {
              local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}"
              local noun="" verb="" config="" kind="" words="" word i after
              COMPREPLY=()
              for ((i = 1; i < COMP_CWORD; i++)); do
                word="${COMP_WORDS[i]}"
                after="${COMP_WORDS[i+1]}"
                case "$word" in
                  --config) config="$after"; i=$((i + 1)) ;;
                  %VALUED%) i=$((i + 1)) ;;
                  -*) ;;
                  *) if [ -z "$noun" ]; then noun="$word"; elif [ -z "$verb" ]; then verb="$word"; fi ;;
                esac
              done
              case "$noun" in
                "") words="%NOUNS% --help --version" ;;
            %VERBS%
              esac
              case "$noun/$verb" in
            %OPTIONS%
              esac
              case "$prev" in
            %VALUES%
              esac
              case "$kind/$cur" in
                none/* | file/*) ;;
                /* | */-*)
                  while IFS= read -r word; do
                    case "$word" in "") ;; "$cur"*) COMPREPLY+=("$word") ;; esac
                  done < <(printf '%s\\n' "$words" | tr ' ' '\\n')
                  ;;
                *)
                  while IFS= read -r word; do
                    [ -z "$word" ] || COMPREPLY+=("$(printf %q "$word")")
                  done < <("${COMP_WORDS[0]}" __complete "$kind" "$cur" ${config:+--config "$config"} 2>/dev/null)
                  ;;
              esac
            }
            # Where it offers nothing, the shell offers files.
            complete -o default -F _facteur facteur
            """;

    private Completion() {}

    static String script(CommandLine facteur) {
        List<CommandLine> nouns = ManualPages.visible(facteur);
        return FUNCTION.replace("%NOUNS%", names(nouns))
                .replace("%VERBS%", String.join("\n", verbs(nouns)))
                .replace("%OPTIONS%", String.join("\n", options(nouns)))
                .replace("%VALUES%", String.join("\n", values(nouns)))
                .replace("%VALUED%", String.join(" | ", valued(nouns)));
    }

    /** For zsh: the same function, by its own emulation of bash. */
    static String zsh(String bash) {
        return "#compdef facteur\nautoload -U +X bashcompinit && bashcompinit\n"
                + bash
                + "_bash_complete -F _facteur\n";
    }

    private static String names(List<CommandLine> lines) {
        return lines.stream().map(CommandLine::getCommandName).collect(Collectors.joining(" "));
    }

    private static List<String> verbs(List<CommandLine> nouns) {
        List<String> cases = new ArrayList<>();
        for (CommandLine noun : nouns) {
            List<CommandLine> verbs = ManualPages.visible(noun);
            if (!verbs.isEmpty()) {
                cases.add(
                        "    %s) [ -n \"$verb\" ] || words=\"%s --help\" ;;"
                                .formatted(noun.getCommandName(), names(verbs)));
            }
        }
        return cases;
    }

    /** Options of a verb, and what stands there without a name. */
    private static List<String> options(List<CommandLine> nouns) {
        List<String> cases = new ArrayList<>();
        for (CommandLine noun : nouns) {
            List<CommandLine> verbs = ManualPages.visible(noun);
            if (verbs.isEmpty()) {
                cases.add(options(noun.getCommandName() + "/*", noun));
            }
            verbs.forEach(
                    verb ->
                            cases.add(
                                    options(
                                            noun.getCommandName() + "/" + verb.getCommandName(),
                                            verb)));
        }
        return cases;
    }

    private static String options(String pattern, CommandLine verb) {
        String words =
                verb.getCommandSpec().options().stream()
                        .filter(option -> !option.hidden())
                        .map(OptionSpec::longestName)
                        .collect(Collectors.joining(" "));
        String kind =
                verb.getCommandSpec().positionalParameters().stream()
                        .filter(value -> !value.hidden())
                        .map(PositionalParamSpec::paramLabel)
                        .map(Completion::kind)
                        .filter(found -> !found.equals("none"))
                        .findFirst()
                        .orElse("");
        return "    %s) words=\"%s%s\"%s ;;"
                .formatted(
                        pattern,
                        words,
                        verb.getSubcommands().isEmpty()
                                ? ""
                                : " " + names(ManualPages.visible(verb)),
                        kind.isEmpty() ? "" : " kind=" + kind);
    }

    private static List<OptionSpec> allOptions(List<CommandLine> nouns) {
        return nouns.stream()
                .flatMap(noun -> ManualPages.verbs(noun).stream())
                .flatMap(verb -> verb.getCommandSpec().options().stream())
                .filter(option -> option.arity().max() > 0 && !option.hidden())
                .toList();
    }

    private static Set<String> valued(List<CommandLine> nouns) {
        return allOptions(nouns).stream()
                .map(OptionSpec::longestName)
                .filter(name -> !name.equals("--config"))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** An option may mean a campaign here, and nothing that is known there. */
    private static List<String> values(List<CommandLine> nouns) {
        Map<String, String> kinds = new LinkedHashMap<>();
        allOptions(nouns)
                .forEach(
                        option ->
                                kinds.merge(
                                        option.longestName(),
                                        kind(option),
                                        (one, other) -> one.equals("none") ? other : one));
        return kinds.entrySet().stream()
                .map(each -> "    %s) kind=%s ;;".formatted(each.getKey(), each.getValue()))
                .toList();
    }

    private static String kind(ArgSpec argument) {
        return kind(argument.paramLabel());
    }

    /** What may be written for a value, by the name that help gives it. */
    private static String kind(String label) {
        return switch (label) {
            case "SITE", "SUBJECT" -> "site";
            case "CAMPAIGN" -> "campaign";
            case "USER" -> "credential";
            case "SOURCE" -> "source";
            case "FILE", "DIR" -> "file";
            default -> "none";
        };
    }
}
