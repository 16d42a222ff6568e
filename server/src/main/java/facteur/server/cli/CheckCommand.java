package facteur.server.cli;

import facteur.config.read.SettingsReader;
import facteur.config.read.SettingsResult;
import facteur.config.yaml.Setting;
import facteur.config.yaml.Setting.Value;
import facteur.server.Preflight;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * {@code facteur check}: every problem of the configuration, with its place; and what the
 * configuration comes to.
 */
@Command(name = "check", description = "Read the configuration and report every problem.")
final class CheckCommand implements Callable<Integer> {
    @Mixin private ConfigOption config;

    @Option(
            names = "--show",
            description = "list every setting, and the line that says it; secrets are not shown")
    private boolean show;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        Path file =
                config.file().orElseThrow(() -> new UsageError("check what? give --config FILE"));
        return switch (SettingsReader.ofThisProcess().read(file)) {
            case SettingsResult.Good read -> {
                Preflight.Findings found = Preflight.of(read, file, Instant.now());
                found.problems().forEach(out::println);
                found.warnings().forEach(out::println);
                if (found.problems().isEmpty()) {
                    if (show) {
                        show(read.listed(), out);
                    }
                    out.println(
                            file
                                    + ": no problem found"
                                    + (found.warnings().isEmpty()
                                            ? ""
                                            : ", warnings: " + found.warnings().size()));
                }
                yield found.problems().isEmpty() ? 0 : 2;
            }
            case SettingsResult.Bad(var problems) -> {
                problems.forEach(out::println);
                yield 2;
            }
        };
    }

    private static void show(List<Setting> listed, PrintWriter out) {
        for (Setting setting : listed) {
            String line = setting.key() + ": " + text(setting.value());
            out.println(
                    "%-60s # %s"
                            .formatted(
                                    // What could drive a terminal.
                                    line.replaceAll("\\p{Cntrl}", " "),
                                    setting.said()
                                            .map(said -> said.file() + ":" + said.line())
                                            .orElse("default")));
        }
    }

    private static String text(Value value) {
        return switch (value) {
            case Value.One(String text) -> text;
            case Value.Several(List<String> texts) -> texts.toString();
            case Value.Secret(String from) -> from.isEmpty() ? "(set)" : from;
            case Value.Unset _ -> "(not set)";
        };
    }
}
