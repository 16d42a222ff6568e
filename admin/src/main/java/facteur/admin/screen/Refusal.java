package facteur.admin.screen;

/** A page that says why there is no other. */
public record Refusal(String title, String hint) {}
