package facteur.tracker.netty;

import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.token.KeyringFile;
import facteur.mail.token.Token;
import facteur.mail.token.TokenSeal;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

/** What {@link TrackerBench} asks for: each round opens or clicks mail that no round did before. */
final class BenchedPaths {
    /** More than a round asks for, and several times what is remembered as asked before. */
    private static final int PATHS = 700_000;

    private final TokenSeal seal;
    private final Path file;
    private final Random random = new Random(1);
    private long messages;

    /**
     * @param directory where the key is, or comes to be
     */
    BenchedPaths(Path directory) throws IOException {
        this.seal = seal(directory);
        this.file = directory.resolve("paths");
    }

    static TokenSeal seal(Path directory) throws IOException {
        return new TokenSeal(
                KeyringFile.loadOrCreate(directory, Instant.EPOCH, new SecureRandom()));
    }

    Path file() {
        return file;
    }

    /**
     * Writes the next ones.
     *
     * @param inOrder as the messages were sent; else in any order
     */
    void next(boolean clicks, boolean inOrder) throws IOException {
        List<Long> next =
                new ArrayList<>(LongStream.range(messages, messages + PATHS).boxed().toList());
        messages += PATHS;
        if (!inOrder) {
            Collections.shuffle(next, random);
        }
        try (BufferedWriter to = Files.newBufferedWriter(file)) {
            for (long message : next) {
                RecipientId recipient = new RecipientId(new MailId(message + 1), 0);
                to.write(clicks ? click(recipient) : "/o/" + seal.seal(new Token.Open(recipient)));
                to.newLine();
            }
        }
    }

    private String click(RecipientId recipient) {
        return "/c/" + seal.seal(new Token.Click(recipient, 1, "https://shop.example/a?b=1"));
    }
}
