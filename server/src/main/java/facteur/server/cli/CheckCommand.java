package facteur.server.cli;

import facteur.config.Settings;
import facteur.config.read.Reading;
import facteur.config.read.SettingsReader;
import facteur.server.RulesFile;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code facteur check}: every problem of the configuration, with its place. */
@Command(
        name = "check",
        description = "Read the configuration and report every problem.",
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
    @Mixin private ConfigOption config;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        Path file = config.file().orElseThrow(() -> new WrongUse("check what? give --config FILE"));
        return switch (SettingsReader.ofThisProcess().read(file)) {
            case Reading.Good(Settings settings) -> {
                List<String> problems = problemsOfRules(settings);
                problems.forEach(out::println);
                if (problems.isEmpty()) {
                    out.println(file + ": no problem found");
                }
                yield problems.isEmpty() ? 0 : 2;
            }
            case Reading.Bad(var problems) -> {
                problems.forEach(out::println);
                yield 2;
            }
        };
    }

    private static List<String> problemsOfRules(Settings settings) {
        try {
            RulesFile.load(settings.rules());
            return List.of();
        } catch (RulesFile.Bad e) {
            return e.problems();
        }
    }
}
