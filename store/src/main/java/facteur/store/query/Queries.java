package facteur.store.query;

/**
 * All questions, by subject.
 *
 * <p>Asked one by one, each answer is of its own instant. Those that a page must show together are
 * asked of the {@code Queries} that {@code Store.read} hands over: they see one instant.
 */
public interface Queries {
    CampaignQueries campaigns();

    ContactQueries contacts();

    MessageQueries messages();

    QueueQueries queue();

    ReaderQueries readers();

    SuppressionQueries suppressions();
}
