package facteur.admin.web;

/** A part of a request's target that cannot be read. */
public enum Malformed {
    PATH,
    QUERY,
    /** More parameters than are read. */
    PAIRS
}
