package facteur.server.cli;

import facteur.mail.file.PrivateFiles;

/** Where the process begins. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        if (!PrivateFiles.masksOthers()) {
            int _ = PrivateFiles.maskOthers();
        }
        System.exit(FacteurCommand.run(arguments));
    }
}
