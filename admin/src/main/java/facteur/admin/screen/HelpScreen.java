package facteur.admin.screen;

import facteur.admin.web.Response;

/** What every status and number means. */
public final class HelpScreen implements Screen {
    private final Desk desk;

    public HelpScreen(Desk desk) {
        this.desk = desk;
    }

    @Override
    public Response show(Page page) {
        return desk.html("help", page, "");
    }
}
