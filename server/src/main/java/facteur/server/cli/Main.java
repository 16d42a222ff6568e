package facteur.server.cli;

import facteur.mail.file.PrivateFiles;

import java.util.Arrays;
import java.util.List;

/** Where the process begins. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        if (!PrivateFiles.masksOthers()) {
            int _ = PrivateFiles.maskOthers();
        }
        System.exit(
                arguments.length > 0 && arguments[0].equals("sendmail")
                        ? sendmail(Arrays.asList(arguments).subList(1, arguments.length))
                        : FacteurCommand.run(arguments));
    }

    private static int sendmail(List<String> words) {
        return new Sendmail(LocalSender.ofThisProcess(), System.err)
                .run(words, System.in, System.out, () -> FacteurCommand.run("queue", "pending"));
    }
}
