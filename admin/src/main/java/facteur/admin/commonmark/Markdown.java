package facteur.admin.commonmark;

import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A text in Markdown (CommonMark, with the tables of GitHub). */
public final class Markdown {
    private static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());
    private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();

    private final Node root;

    private Markdown(Node root) {
        this.root = root;
    }

    public static Markdown of(String text) {
        return new Markdown(PARSER.parse(text));
    }

    /** The words of the first heading. */
    public Optional<String> title() {
        for (Node node = root.getFirstChild(); node != null; node = node.getNext()) {
            if (node instanceof Heading heading) {
                return Optional.of(words(heading));
            }
        }
        return Optional.empty();
    }

    /**
     * The text as HTML. HTML in it is shown, not obeyed.
     *
     * @param target where a link leads, from what is written in the text
     */
    public String html(UnaryOperator<String> target) {
        return HtmlRenderer.builder()
                .extensions(EXTENSIONS)
                .escapeHtml(true)
                .sanitizeUrls(true)
                .attributeProviderFactory(
                        _ -> (node, _, attributes) -> decorate(node, attributes, target))
                .build()
                .render(root);
    }

    private static void decorate(
            Node node, Map<String, String> attributes, UnaryOperator<String> target) {
        switch (node) {
            case Heading heading -> attributes.put("id", anchor(words(heading)));
            case Link link -> attributes.put("href", target.apply(link.getDestination()));
            default -> {}
        }
    }

    /** As links within documents name a heading: lower case, blanks as hyphens, no other signs. */
    static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}_\\s-]", "")
                .strip()
                .replaceAll("[\\s-]+", "-");
    }

    private static String words(Node node) {
        StringBuilder words = new StringBuilder();
        node.accept(
                new AbstractVisitor() {
                    @Override
                    public void visit(Text text) {
                        words.append(text.getLiteral());
                    }

                    @Override
                    public void visit(Code code) {
                        words.append(code.getLiteral());
                    }
                });
        return words.toString();
    }
}
