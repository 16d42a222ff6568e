package facteur.server.cli;

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
        versionProvider = Version.class)
public final class FacteurCommand implements Runnable {
    private static final List<Class<?>> COMMANDS =
            List.of(
                    ServeCommand.class,
                    CheckCommand.class,
                    RulesCommand.class,
                    BounceCommand.class,
                    RenderCommand.class,
                    QueueCommand.class,
                    MessageCommand.class,
                    CampaignCommand.class,
                    ContactCommand.class,
                    SuppressionCommand.class,
                    CredentialCommand.class,
                    KeyCommand.class,
                    ApiKeyCommand.class,
                    ReloadCommand.class,
                    TraceCommand.class,
                    StoreCommand.class,
                    DoctorCommand.class,
                    CommandLine.HelpCommand.class);

    private static final Set<String> ONLY_VERSION = Set.of("--version", "-V");

    @Spec private CommandSpec spec;

    /** picocli makes it. */
    public FacteurCommand() {}

    /**
     * Runs a command line; what goes wrong is one sentence on standard error, never a stack trace.
     */
    public static int run(String... arguments) {
        CommandLine line = commandLine(arguments);
        line.setOut(terminal(System.out));
        line.setErr(terminal(System.err));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        return line.execute(arguments);
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
    private static CommandLine commandLine(String[] arguments) {
        CommandLine line = new CommandLine(new FacteurCommand());
        called(arguments).forEach(line::addSubcommand);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler(
                (failure, command, _) -> {
                    command.getErr().println("facteur: " + FailureSentence.of(failure));
                    return failure instanceof UsageError ? 2 : 1;
                });
        return line;
    }

    private static List<Class<?>> called(String[] arguments) {
        if (arguments.length > 0) {
            if (ONLY_VERSION.contains(arguments[0])) {
                return List.of();
            }
            Optional<Class<?>> named =
                    COMMANDS.stream().filter(type -> isNamed(type, arguments[0])).findFirst();
            if (named.isPresent() && named.get() != CommandLine.HelpCommand.class) {
                return List.of(named.get());
            }
        }
        List<Class<?>> all = new ArrayList<>(COMMANDS);
        ServiceLoader.load(MoreCommands.class)
                .forEach(more -> all.addAll(all.size() - 1, more.commands()));
        return all;
    }

    private static boolean isNamed(Class<?> type, String name) {
        return type.getAnnotation(Command.class).name().equals(name);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? one of those below");
    }
}
