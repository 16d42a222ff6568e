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

/** {@code facteur}: every command by noun and verb. */
@Command(
        name = "facteur",
        description = "A self-hosted mail transfer and tracking server.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            ServeCommand.class,
            DemoCommand.class,
            CheckCommand.class,
            RulesCommand.class,
            BounceCommand.class,
            RenderCommand.class,
            LabCommand.class,
            Nouns.QueueNoun.class,
            Nouns.MessageNoun.class,
            Nouns.CampaignNoun.class,
            Nouns.ContactNoun.class,
            SuppressionCommand.class,
            Nouns.CredentialNoun.class,
            Nouns.KeyNoun.class,
            ApiKeyCommand.class,
            Nouns.Reload.class,
            TraceCommand.class,
            StoreCommand.class,
            DoctorCommand.class,
            CommandLine.HelpCommand.class
        })
public final class FacteurCommand implements Runnable {
    @Spec private CommandSpec spec;

    /** picocli makes it. */
    public FacteurCommand() {}

    /**
     * Runs a command line; what goes wrong is one sentence on standard error, never a stack trace.
     */
    public static int run(String... arguments) {
        CommandLine line = commandLine();
        line.setOut(terminal(System.out));
        line.setErr(terminal(System.err));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        return line.execute(arguments);
    }

    private static PrintWriter terminal(PrintStream stream) {
        return new PrintWriter(
                new EscapingWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8)), true);
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new FacteurCommand());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler(
                (failure, command, _) -> {
                    command.getErr().println("facteur: " + FailureSentence.of(failure));
                    return failure instanceof UsageError ? 2 : 1;
                });
        return line;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? one of those below");
    }
}
