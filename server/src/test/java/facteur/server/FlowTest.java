package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Documents lead to files that are there. */
class FlowTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)(#[^)]*)?\\)");
    private static final Path ROOT = Path.of("..");

    @Test
    void every_link_of_a_document_leads_to_a_file() throws IOException {
        List<String> dead = new ArrayList<>();
        int seen = 0;
        for (Path document : documents()) {
            Matcher links = LINK.matcher(Files.readString(document));
            while (links.find()) {
                String target = links.group(1);
                if (target.startsWith("https:") || target.startsWith("http:")) {
                    continue;
                }
                seen++;
                if (!Files.exists(document.resolveSibling(target))) {
                    dead.add(document + " -> " + target);
                }
            }
        }
        assertEquals(List.of(), dead);
        assertTrue(seen > 10, seen + " links");
    }

    @Test
    void one_message_is_followed_through_at_most_eight_files() throws IOException {
        String flow = Files.readString(ROOT.resolve("docs/flow.md"));
        String message = flow.substring(flow.indexOf("## A message"), flow.indexOf("## A hit"));
        long files = LINK.matcher(message).results().count();
        assertTrue(files > 4 && files <= 8, files + " files");
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(path -> path.toString().endsWith(".md"))
                    .toList();
        }
    }
}
