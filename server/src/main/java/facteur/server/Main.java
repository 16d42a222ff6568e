package facteur.server;

import facteur.server.cli.FacteurCommand;

/** Where the process begins. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(FacteurCommand.run(arguments));
    }
}
