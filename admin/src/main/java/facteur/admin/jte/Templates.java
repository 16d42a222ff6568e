package facteur.admin.jte;

import facteur.mail.text.Escaped;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;

import java.util.Map;

/** Renders pages by name. */
public final class Templates {
    // The package into which the build compiles src/main/jte.
    private static final String PAGES = "facteur.admin.page";

    private static final String FOREIGN = "<bdi";
    private static final String END = "</bdi>";

    private final TemplateEngine engine =
            TemplateEngine.createPrecompiled(
                    null, ContentType.Html, Templates.class.getClassLoader(), PAGES);

    /**
     * @param name of the template without its ending, such as {@code campaigns}
     */
    public String render(String name, Map<String, Object> parameters) {
        StringOutput out = new StringOutput(16 << 10);
        engine.render(name + ".jte", parameters, out);
        return visible(out.toString());
    }

    /** What strangers wrote stands in {@code bdi}: there, nothing may act on the text around it. */
    private static String visible(String page) {
        StringBuilder shown = new StringBuilder(page.length() + 64);
        int at = 0;
        int from = page.indexOf(FOREIGN);
        while (from >= 0) {
            int end = page.indexOf(END, from);
            end = end < 0 ? page.length() : end;
            shown.append(page, at, from).append(Escaped.lines(page.substring(from, end)));
            at = end;
            from = page.indexOf(FOREIGN, end);
        }
        return shown.append(page, at, page.length()).toString();
    }
}
