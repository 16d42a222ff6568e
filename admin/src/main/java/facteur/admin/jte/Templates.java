package facteur.admin.jte;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;

import java.util.Map;

/** Renders pages by name. */
public final class Templates {
    // The package into which the build compiles src/main/jte.
    private static final String PAGES = "facteur.admin.page";

    private final TemplateEngine engine =
            TemplateEngine.createPrecompiled(
                    null, ContentType.Html, Templates.class.getClassLoader(), PAGES);

    /**
     * @param name of the template without its ending, such as {@code campaigns}
     */
    public String render(String name, Map<String, Object> parameters) {
        StringOutput out = new StringOutput(16 << 10);
        engine.render(name + ".jte", parameters, out);
        return out.toString();
    }
}
