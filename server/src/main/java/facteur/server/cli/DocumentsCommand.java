package facteur.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;

/** Writes the manual and the completion of shells, for packages. */
@Command(name = "__documents", hidden = true)
final class DocumentsCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR")
    private Path directory = Path.of("");

    @Option(names = "--date", defaultValue = "November 1, 2026")
    private String date = "";

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        CommandLine facteur = ((CommandRunner) spec.root().userObject()).line();
        for (Map.Entry<String, String> page : new ManualPages(date).all(facteur).entrySet()) {
            String name = page.getKey();
            write("man/man" + name.charAt(name.length() - 1) + "/" + name, page.getValue());
        }
        String bash = Completion.script(facteur);
        write("bash-completion/completions/facteur", bash);
        write("zsh/vendor-completions/_facteur", Completion.zsh(bash));
        return 0;
    }

    private void write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
