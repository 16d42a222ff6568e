package facteur.admin.screen;

import facteur.admin.web.Response;

import java.io.IOException;

/** Answers one kind of path. */
public interface Screen {
    Response show(PageRequest page) throws IOException;
}
