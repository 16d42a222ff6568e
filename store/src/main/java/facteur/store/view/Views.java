package facteur.store.view;

import facteur.store.fold.Rows;
import facteur.store.query.CampaignQueries;
import facteur.store.query.ContactQueries;
import facteur.store.query.MessageQueries;
import facteur.store.query.Queries;
import facteur.store.query.QueueQueries;
import facteur.store.query.ReaderQueries;
import facteur.store.query.SuppressionQueries;

import java.util.function.Function;

/** Answers all questions from the rows of one environment. */
public final class Views implements Queries {
    private final CampaignQueries campaigns;
    private final ContactQueries contacts;
    private final MessageQueries messages;
    private final QueueQueries queue;
    private final ReaderQueries readers;
    private final SuppressionQueries suppressions;

    /** Each question is asked in a transaction of its own. */
    public Views(ViewReader reader) {
        this.campaigns = new CampaignViews(reader);
        this.contacts = new ContactViews(reader);
        this.messages = new MessageViews(reader);
        this.queue = new QueueViews(reader);
        this.readers = new ReaderViews(reader);
        this.suppressions = new SuppressionViews(reader);
    }

    /** All questions are asked of one transaction, and see one instant. */
    public Views(Rows rows) {
        this(new Within(rows));
    }

    private record Within(Rows rows) implements ViewReader {
        @Override
        public <T> T read(Function<Rows, T> reading) {
            return reading.apply(rows);
        }
    }

    @Override
    public CampaignQueries campaigns() {
        return campaigns;
    }

    @Override
    public ContactQueries contacts() {
        return contacts;
    }

    @Override
    public MessageQueries messages() {
        return messages;
    }

    @Override
    public QueueQueries queue() {
        return queue;
    }

    @Override
    public ReaderQueries readers() {
        return readers;
    }

    @Override
    public SuppressionQueries suppressions() {
        return suppressions;
    }
}
