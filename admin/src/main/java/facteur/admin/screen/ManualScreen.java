package facteur.admin.screen;

import facteur.admin.manual.Manual;
import facteur.admin.web.Response;

import java.util.List;

/** The manual that comes with this version. */
public final class ManualScreen {
    private final ScreenContext screenContext;

    public ManualScreen(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    /**
     * One page, with the contents beside it.
     *
     * @param here the path of the page
     */
    public record Model(String here, Manual.Document document, List<Manual.Part> contents) {}

    public Response index(PageRequest page) {
        return show(page, Manual.INDEX);
    }

    public Response page(PageRequest page) {
        return show(page, page.part("page"));
    }

    /** A page of a part that has a folder of its own. */
    public Response pageOfPart(PageRequest page) {
        return show(page, page.part("part") + "/" + page.part("page"));
    }

    private Response show(PageRequest page, String name) {
        Manual all = Manual.shipped();
        return all.document(name)
                .map(
                        document ->
                                screenContext.html(
                                        "manual",
                                        page,
                                        new Model(page.request().path(), document, all.contents())))
                .orElseGet(() -> screenContext.missing(page));
    }
}
