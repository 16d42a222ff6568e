package facteur.server.cli;

import facteur.mail.file.FailureSentence;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;

/** {@code facteur}: every command by noun and verb. */
@Command(
        name = "facteur",
        description = "A self-hosted mail transfer and tracking server.",
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        addMethodSubcommands = false,
        versionProvider = Version.class)
public final class FacteurCommand implements Runnable, CommandRunner {
    /**
     * A command, with its verbs. They are named here and not by picocli's annotation, so that a
     * call reads no more of them than it needs.
     */
    record Noun(String name, Class<?> type, List<Class<?>> verbs) {
        private CommandLine with(List<Class<?>> some) {
            CommandLine line = new CommandLine(type);
            some.forEach(line::addSubcommand);
            return line;
        }

        /** The command with the one verb that is called, or with all. */
        private CommandLine line(String verb) {
            return with(
                    verbs.stream()
                            .filter(type -> isNamed(type, verb))
                            .findFirst()
                            .<List<Class<?>>>map(List::of)
                            .orElse(verbs));
        }

        private static boolean isNamed(Class<?> type, String verb) {
            Command command = type.getAnnotation(Command.class);
            return command.name().equals(verb) || List.of(command.aliases()).contains(verb);
        }
    }

    static final List<Noun> NOUNS =
            List.of(
                    new Noun("serve", ServeCommand.class, List.of()),
                    new Noun("check", CheckCommand.class, List.of()),
                    new Noun("rules", RulesCommand.class, RulesCommand.VERBS),
                    new Noun("bounce", BounceCommand.class, BounceCommand.VERBS),
                    new Noun("render", RenderCommand.class, List.of()),
                    new Noun("queue", QueueCommand.class, QueueCommand.VERBS),
                    new Noun("message", MessageCommand.class, MessageCommand.VERBS),
                    new Noun("campaign", CampaignCommand.class, CampaignCommand.VERBS),
                    new Noun("contact", ContactCommand.class, ContactCommand.VERBS),
                    new Noun("suppression", SuppressionCommand.class, SuppressionCommand.VERBS),
                    new Noun("credential", CredentialCommand.class, CredentialCommand.VERBS),
                    new Noun("key", KeyCommand.class, KeyCommand.VERBS),
                    new Noun("api-key", ApiKeyCommand.class, ApiKeyCommand.VERBS),
                    new Noun("send", SendCommand.class, List.of()),
                    new Noun("top", TopCommand.class, List.of()),
                    new Noun("reload", ReloadCommand.class, List.of()),
                    new Noun("trace", TraceCommand.class, TraceCommand.VERBS),
                    new Noun("store", StoreCommand.class, StoreCommand.VERBS),
                    new Noun("doctor", DoctorCommand.class, List.of()),
                    new Noun("__complete", CompleteCommand.class, List.of()),
                    new Noun("__documents", DocumentsCommand.class, List.of()),
                    new Noun("__rehearse", RehearseCommand.class, List.of()),
                    new Noun("help", CommandLine.HelpCommand.class, List.of()));

    private static final Set<String> ONLY_VERSION = Set.of("--version", "-V");

    @Spec private CommandSpec spec;

    /** picocli makes it. */
    public FacteurCommand() {}

    /**
     * Runs a command line; what goes wrong is one sentence on standard error, never a stack trace.
     */
    public static int run(String... arguments) {
        String[] words = withHelpBehind(arguments);
        CommandLine line = commandLine(words);
        line.setOut(terminal(System.out));
        line.setErr(terminal(System.err));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        return line.execute(words);
    }

    /** {@code help queue hold} is {@code queue hold --help}. */
    static String[] withHelpBehind(String... arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        if (words.size() > 1 && words.getFirst().equals("help")) {
            words.removeFirst();
            words.add("--help");
        }
        return words.toArray(String[]::new);
    }

    private static PrintWriter terminal(PrintStream stream) {
        return new PrintWriter(
                new EscapingWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8)), true);
    }

    /** A command line with all commands. */
    static CommandLine commandLine() {
        return commandLine(new String[0]);
    }

    /**
     * A command line with the command that is called, or with all of them where that is not clear:
     * picocli reads every class that it is given, and each costs some milliseconds.
     */
    static CommandLine commandLine(String[] arguments) {
        CommandLine line = new CommandLine(new FacteurCommand());
        add(line, arguments);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler(
                (failure, command, _) -> {
                    command.getErr().println("facteur: " + FailureSentence.of(failure));
                    return failure instanceof UsageError ? 2 : 1;
                });
        return line;
    }

    private static void add(CommandLine line, String[] arguments) {
        String first = arguments.length > 0 ? arguments[0] : "";
        if (ONLY_VERSION.contains(first)) {
            return;
        }
        Optional<Noun> named =
                NOUNS.stream()
                        .filter(noun -> noun.name().equals(first) && !first.equals("help"))
                        .findFirst();
        if (named.isPresent()) {
            line.addSubcommand(named.get().line(arguments.length > 1 ? arguments[1] : ""));
            return;
        }
        List<Noun> help = NOUNS.subList(NOUNS.size() - 1, NOUNS.size());
        NOUNS.subList(0, NOUNS.size() - 1).forEach(noun -> line.addSubcommand(noun.line("")));
        ServiceLoader.load(MoreCommands.class)
                .forEach(more -> more.commands().forEach(line::addSubcommand));
        help.forEach(noun -> line.addSubcommand(noun.line("")));
    }

    @Override
    public CommandLine line(String... words) {
        return commandLine(words);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? one of those below");
    }
}
