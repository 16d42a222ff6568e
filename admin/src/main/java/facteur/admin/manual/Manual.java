package facteur.admin.manual;

import facteur.admin.commonmark.Markdown;
import facteur.config.yaml.Scalar;
import facteur.config.yaml.Section;
import facteur.config.yaml.ShippedFile;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Every page that comes with this version, found by its name, such as {@code moving/postal}. */
public final class Manual {
    /** The page that one comes in by. */
    public static final String INDEX = "index";

    private static final String ROOT = "/help/docs/";
    private static final String SUFFIX = ".md";

    /** No name leads out of the manual. */
    private static final Pattern NAME = Pattern.compile("([a-z0-9-]+/)?[a-z0-9-]+");

    private final Map<String, Document> documents = new ConcurrentHashMap<>();
    private final List<Part> contents;

    /** Pages that belong together. */
    public record Part(String title, List<Entry> entries) {
        public Part {
            entries = List.copyOf(entries);
        }
    }

    /**
     * A line of the contents.
     *
     * @param path under which the UI serves the page
     */
    public record Entry(String path, String title) {}

    /**
     * One page.
     *
     * @param language the tag of the language that it is written in
     * @param html its text, safe to be shown
     */
    public record Document(String title, String language, String html) {}

    private record ListedPart(String title, List<String> pages) {}

    private static final class Shipped {
        static final Manual MANUAL = new Manual();
    }

    private Manual() {
        contents =
                ShippedFile.yaml(
                                Manual.class,
                                "contents.yaml",
                                top -> top.sections("parts", Manual::part, List.of()))
                        .stream()
                        .map(this::part)
                        .toList();
    }

    /** That of this version; it is read when it is first asked for. */
    public static Manual shipped() {
        return Shipped.MANUAL;
    }

    private static ListedPart part(Section in) {
        return new ListedPart(
                in.required("title", Scalar.TEXT, ""), in.list("pages", Scalar.TEXT, List.of()));
    }

    private Part part(ListedPart part) {
        return new Part(part.title(), part.pages().stream().map(this::entry).toList());
    }

    private Entry entry(String file) {
        String name = file.substring(0, file.length() - SUFFIX.length());
        return new Entry(
                path(name),
                document(name)
                        .orElseThrow(() -> new IllegalStateException("no page " + file))
                        .title());
    }

    public List<Part> contents() {
        return contents;
    }

    /** The page of that name. */
    public Optional<Document> document(String name) {
        if (!NAME.matcher(name).matches() || Manual.class.getResource(name + SUFFIX) == null) {
            return Optional.empty();
        }
        return Optional.of(documents.computeIfAbsent(name, Manual::read));
    }

    private static Document read(String name) {
        Markdown text = Markdown.of(ShippedFile.text(Manual.class, name + SUFFIX));
        return new Document(
                text.title().orElse(name),
                name.startsWith("fr/") ? "fr" : "en",
                text.html(target -> target(name, target)));
    }

    /** Where the UI serves what a link of a page names by the file beside it. */
    static String target(String page, String written) {
        if (written.startsWith("#") || URI.create(written).isAbsolute()) {
            return written;
        }
        URI file = URI.create("/" + page + SUFFIX).resolve(written);
        String name = file.getPath().substring(1).replaceFirst("[.]md$", "");
        return path(name) + (file.getFragment() == null ? "" : "#" + file.getFragment());
    }

    private static String path(String name) {
        return name.equals(INDEX) ? ROOT.substring(0, ROOT.length() - 1) : ROOT + name;
    }
}
