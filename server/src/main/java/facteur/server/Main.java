package facteur.server;

import facteur.mail.file.PrivateFiles;
import facteur.server.cli.FacteurCommand;

/** Where the process begins. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        int _ = PrivateFiles.maskOthers();
        System.exit(FacteurCommand.run(arguments));
    }
}
