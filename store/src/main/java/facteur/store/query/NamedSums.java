package facteur.store.query;

/** Sums over the recipients at one domain, or to whom one domain sent. */
public record NamedSums(String name, RecipientSums sums) {}
