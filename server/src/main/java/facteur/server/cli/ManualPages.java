package facteur.server.cli;

import facteur.config.read.SettingsReader;
import facteur.config.yaml.Setting;

import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The manual, made from the commands and from the settings that the code asks for. */
final class ManualPages {
    private final String date;

    /**
     * @param date as mdoc has it, such as {@code November 1, 2026}
     */
    ManualPages(String date) {
        this.date = date;
    }

    /** Every page, by the name of its file. */
    Map<String, String> all(CommandLine facteur) {
        Map<String, String> pages = new LinkedHashMap<>();
        List<CommandLine> nouns = visible(facteur);
        pages.put("facteur.1", overview(facteur, nouns));
        for (CommandLine noun : nouns) {
            pages.put("facteur-" + noun.getCommandName() + ".1", noun(noun));
        }
        pages.put("facteur-sendmail.1", sendmail());
        pages.put("facteur.yaml.5", settings());
        return pages;
    }

    static List<CommandLine> visible(CommandLine line) {
        return line.getSubcommands().values().stream()
                .filter(each -> !each.getCommandSpec().usageMessage().hidden())
                .distinct()
                .toList();
    }

    static String what(CommandLine line) {
        return String.join(" ", line.getCommandSpec().usageMessage().description());
    }

    private static String firstSentence(CommandLine line) {
        return what(line).replaceFirst("(?<=[a-z])[.:;,] .*", "").replaceFirst("[.]$", "");
    }

    private String overview(CommandLine facteur, List<CommandLine> nouns) {
        ManualPage page = new ManualPage(date, "facteur", 1, what(facteur));
        page.heading("SYNOPSIS");
        page.macro("Nm", "");
        page.macro("Ar", "command Op Ar verb");
        page.macro("Op", "Ar option ...");
        page.heading("DESCRIPTION");
        page.say(
                "Facteur takes mail from applications, delivers it to the hosts of its recipients"
                    + " and shows what became of it. Commands that ask the running server find it"
                    + " through its configuration, and need no password where they may read its"
                    + " data directory. Each command has a page of its own.");
        page.terms(
                nouns.stream()
                        .map(noun -> new ManualPage.Term("Cm " + noun.getCommandName(), what(noun)))
                        .toList());
        page.heading("FILES");
        page.terms(
                List.of(
                        new ManualPage.Term("Pa /etc/facteur/facteur.yaml", "The configuration."),
                        new ManualPage.Term(
                                "Pa /var/lib/facteur", "Journal, views, keys and secrets.")));
        page.heading("EXIT STATUS");
        page.say(
                "0 when done, 1 when it failed, 2 when the command or the configuration is wrong.");
        return page.toString();
    }

    private String noun(CommandLine noun) {
        String name = noun.getCommandName();
        List<CommandLine> verbs = verbs(noun);
        ManualPage page = new ManualPage(date, "facteur-" + name, 1, firstSentence(noun));
        page.heading("SYNOPSIS");
        for (CommandLine verb : verbs) {
            page.macro("Nm", ManualPage.argument(verb.getCommandSpec().qualifiedName()));
            for (PositionalParamSpec value : values(verb)) {
                page.macro(
                        value.arity().min() == 0 ? "Op" : "Ar",
                        (value.arity().min() == 0 ? "Ar " : "")
                                + ManualPage.argument(value.paramLabel()));
            }
            page.macro("Op", "Ar option ...");
        }
        page.heading("DESCRIPTION");
        page.say(what(noun));
        for (CommandLine verb : verbs) {
            if (!verb.equals(noun)) {
                page.part(ManualPage.argument(verb.getCommandSpec().qualifiedName()));
                page.say(what(verb));
            }
            page.terms(
                    Stream.concat(values(verb).stream(), options(verb).stream())
                            .map(ManualPages::term)
                            .toList());
        }
        return page.toString();
    }

    /** Those that do something: the command itself, where it has none. */
    static List<CommandLine> verbs(CommandLine noun) {
        List<CommandLine> verbs = new ArrayList<>();
        for (CommandLine verb : visible(noun)) {
            verbs.addAll(verbs(verb));
        }
        return verbs.isEmpty() ? List.of(noun) : verbs;
    }

    static List<PositionalParamSpec> values(CommandLine verb) {
        return verb.getCommandSpec().positionalParameters().stream()
                .filter(value -> !value.hidden())
                .toList();
    }

    static List<OptionSpec> options(CommandLine verb) {
        CommandSpec spec = verb.getCommandSpec();
        return spec.options().stream()
                .filter(option -> !option.hidden())
                .sorted((one, other) -> one.longestName().compareTo(other.longestName()))
                .toList();
    }

    private static ManualPage.Term term(ArgSpec argument) {
        String meaning = sentence(argument);
        if (argument instanceof OptionSpec option) {
            StringBuilder macros = new StringBuilder();
            for (String name : option.names()) {
                macros.append(macros.length() == 0 ? "" : " , ")
                        .append("Fl ")
                        .append(name.substring(1));
            }
            if (option.arity().max() > 0) {
                macros.append(" Ar ").append(ManualPage.argument(option.paramLabel()));
            }
            return new ManualPage.Term(macros.toString(), meaning);
        }
        return new ManualPage.Term("Ar " + ManualPage.argument(argument.paramLabel()), meaning);
    }

    static String sentence(ArgSpec argument) {
        String said =
                String.join(" ", argument.description())
                        .replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValueString()))
                        .strip();
        return said.isEmpty() || said.endsWith(".") ? said : started(said) + ".";
    }

    /** As a sentence begins; a list of words stays as it is written. */
    private static String started(String said) {
        return said.contains(" | ")
                ? said
                : Character.toUpperCase(said.charAt(0)) + said.substring(1);
    }

    private String sendmail() {
        ManualPage page =
                new ManualPage(date, "facteur-sendmail", 1, "hand in mail as programs of old do");
        page.heading("SYNOPSIS");
        page.macro("Nm", "sendmail");
        page.macro("Op", "Ar option ...");
        page.macro("Op", "Ar recipient ...");
        page.macro("Nm", "mailq");
        page.macro("Nm", "newaliases");
        page.heading("DESCRIPTION");
        page.say(
                "Takes a message from standard input. It is left in the spool and the server is"
                    + " asked to take it at once; while no server runs it waits there. It is handed"
                    + " in as the credential named local, where there is one. Names without a"
                    + " domain are completed with that of /etc/mailname, or of the host.");
        page.terms(
                List.of(
                        new ManualPage.Term(
                                "Fl t",
                                "To, Cc and Bcc of the header are recipients as well; Bcc is taken"
                                        + " out."),
                        new ManualPage.Term(
                                "Fl i , Fl oi", "A line of one dot does not end the message."),
                        new ManualPage.Term(
                                "Fl f Ar address",
                                "The envelope sender; without it the user. An empty one is the null"
                                        + " sender."),
                        new ManualPage.Term(
                                "Fl F Ar name",
                                "The full name, for a From field where the message has none."),
                        new ManualPage.Term(
                                "Fl N Ar conditions",
                                "When a notice is wanted: never, or some of success, failure and"
                                        + " delay."),
                        new ManualPage.Term("Fl R Ar part", "What a notice returns: hdrs or full."),
                        new ManualPage.Term("Fl V Ar id", "The envelope id, which notices repeat."),
                        new ManualPage.Term("Fl bs", "Speaks SMTP on standard input and output."),
                        new ManualPage.Term("Fl bp", "Prints the queue, as mailq does."),
                        new ManualPage.Term(
                                "Fl B , Fl o , Fl O , Fl q , Fl v , Fl m , Fl n , Fl h , Fl r",
                                "Are taken for the sake of callers; r is f.")));
        page.heading("FILES");
        page.terms(
                List.of(
                        new ManualPage.Term(
                                "Pa /var/spool/facteur",
                                "The spool (submission.spool). What was refused while nobody"
                                        + " listened lies in .refused there.")));
        page.heading("EXIT STATUS");
        page.say(
                "Those of sysexits: 0 when the message was taken or waits, 64 for wrong use or"
                        + " without a recipient, 65 for an address that is none, 69 when the server"
                        + " refused it for good, 75 when it could be left nowhere.");
        return page.toString();
    }

    private String settings() {
        ManualPage page =
                new ManualPage(date, "facteur.yaml", 5, "the settings of the mail server facteur");
        page.heading("DESCRIPTION");
        page.say(
                "A file in YAML. Units are always written, such as 30s, 5m, 72h or 25MiB. Keys that"
                    + " are not known are refused. Paths are relative to the file. A secret stands"
                    + " in another file (!file PATH), in the environment (!env NAME), or with"
                    + " systemd (!credential NAME). The file is looked at with facteur check, and"
                    + " put to work with facteur reload or a restart.");
        page.heading("SETTINGS");
        page.terms(
                SettingsReader.everyKey().stream()
                        .map(
                                key ->
                                        new ManualPage.Term(
                                                "Cm " + ManualPage.argument(key.name()),
                                                meaning(key)))
                        .toList());
        return page.toString();
    }

    private static String meaning(SettingsReader.Key key) {
        String value = shown(key.value());
        String shown =
                value.isEmpty() ? "" : (key.hasDefault() ? "Default: " : "For example: ") + value;
        return (key.meaning() + ". " + shown).strip();
    }

    /** A value as it is written in the file; nothing for a secret. */
    static String shown(Setting.Value value) {
        return switch (value) {
            case Setting.Value.One(String one) -> one;
            case Setting.Value.Several(List<String> several) ->
                    "[" + String.join(", ", several) + "]";
            case Setting.Value.Secret _, Setting.Value.Unset _ -> "";
        };
    }
}
