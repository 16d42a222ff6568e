package facteur.admin.screen;

import facteur.admin.web.Response;

/** What every status and number means. */
public final class HelpScreen implements Screen {
    private final ScreenContext screenContext;

    public HelpScreen(ScreenContext screenContext) {
        this.screenContext = screenContext;
    }

    @Override
    public Response show(PageRequest page) {
        return screenContext.html("help", page, "");
    }
}
