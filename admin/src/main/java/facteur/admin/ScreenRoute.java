package facteur.admin;

import facteur.admin.access.Role;
import facteur.admin.parameter.Parameters;
import facteur.admin.screen.Screen;

/**
 * A page, and who may see or do it.
 *
 * @param parameters that the query may hold
 */
record ScreenRoute(Role role, Screen screen, Parameters parameters) {}
