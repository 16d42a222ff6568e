package facteur.admin.manual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The manual as the UI serves it. */
class ManualTest {
    private static final String ROOT = "/help/docs";

    private final Manual manual = Manual.shipped();

    private Optional<Manual.Document> at(String path) {
        return manual.document(
                path.equals(ROOT) ? Manual.INDEX : path.substring(ROOT.length() + 1));
    }

    /** Every page that can be reached from the contents, by its path. */
    private Map<String, Manual.Document> reached() {
        Map<String, Manual.Document> reached = new LinkedHashMap<>();
        Deque<String> open = new ArrayDeque<>();
        manual.contents().forEach(part -> part.entries().forEach(entry -> open.add(entry.path())));
        while (!open.isEmpty()) {
            String path = open.remove();
            if (reached.containsKey(path) || at(path).isEmpty()) {
                continue;
            }
            Manual.Document document = at(path).get();
            reached.put(path, document);
            for (Element link : Jsoup.parse(document.html()).select("a[href^=/]")) {
                open.add(link.attr("href").replaceFirst("#.*", ""));
            }
        }
        return reached;
    }

    @Test
    void every_link_leads_to_a_page_and_to_a_heading_of_it() {
        List<String> dead = new ArrayList<>();
        int seen = 0;
        Map<String, Manual.Document> pages = reached();
        for (Map.Entry<String, Manual.Document> page : pages.entrySet()) {
            for (Element link : Jsoup.parse(page.getValue().html()).select("a")) {
                String href = link.attr("href");
                if (href.startsWith("https:") || href.startsWith("http:")) {
                    continue;
                }
                seen++;
                String path = href.startsWith("#") ? page.getKey() : href.replaceFirst("#.*", "");
                String anchor = href.contains("#") ? href.replaceFirst(".*#", "") : "";
                Optional<Manual.Document> target = at(path);
                boolean found =
                        target.isPresent()
                                && (anchor.isEmpty()
                                        || Jsoup.parse(target.get().html()).getElementById(anchor)
                                                != null);
                if (!found) {
                    dead.add(page.getKey() + " -> " + href);
                }
            }
        }
        assertEquals(List.of(), dead);
        assertTrue(seen > 60, seen + " links");
        assertTrue(pages.size() > 50, pages.size() + " pages");
    }

    @Test
    void a_page_has_one_title_and_no_id_twice() {
        reached()
                .forEach(
                        (path, document) -> {
                            var body = Jsoup.parse(document.html());
                            assertEquals(1, body.select("h1").size(), path);
                            List<String> ids = body.select("[id]").eachAttr("id");
                            assertEquals(ids.stream().distinct().toList(), ids, path);
                            assertFalse(document.html().contains("<script"), path);
                        });
    }

    @Test
    void a_french_page_says_that_it_is() {
        assertEquals("fr", manual.document("fr/statuses").orElseThrow().language());
        assertEquals("en", manual.document("statuses").orElseThrow().language());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nothing",
                "../admin/static/facteur",
                "..",
                "fr/../index",
                "fr/..",
                "/etc/passwd",
                "index.md",
                "flow",
                "decisions/0001-no-state-outside-the-journal",
                "a/b/c",
                "contents.yaml"
            })
    void what_is_no_page_is_not_served(String name) {
        assertTrue(manual.document(name).isEmpty());
    }
}
