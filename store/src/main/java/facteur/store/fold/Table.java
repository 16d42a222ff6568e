package facteur.store.fold;

import facteur.store.query.TallyKey;

import java.util.Locale;

/**
 * The tables of the views, with their keys. Numbers in keys are big-endian, so that rows sort by
 * them; those of contacts and campaigns begin with the tenant ({@link
 * facteur.mail.message.Numbers}).
 */
public enum Table {
    /** name -> value: position, counters. */
    META,
    /** message -> {@link MessageRow}. */
    MESSAGES,
    /** message, index -> {@link RecipientRow}. */
    RECIPIENTS,
    /** message, index, time, hash -> event. */
    TIMELINE,
    /** contact -> {@link ContactRow}. */
    CONTACTS,
    /** tenant, address key -> contact. */
    CONTACT_IDS,
    /** contact, message, index -> campaign. */
    CONTACT_MESSAGES,
    /** campaign -> {@link CampaignRow}. */
    CAMPAIGNS,
    /** tenant, name -> campaign. */
    CAMPAIGN_IDS,
    /** campaign, contact, message, index -> both shown statuses. */
    CELLS,
    /** campaign, robots, status, message, index -> contact. */
    BY_STATUS,
    /** {@link TallyKey} -> {@link TallyRow}. */
    TALLIES,
    /** tenant, address key -> {@link SuppressionRow}. */
    SUPPRESSIONS,
    /** message, index -> {@link PendingRow}. */
    PENDING,
    /** subject -> the latest {@link facteur.mail.event.OperatorEvent.Held}. */
    HELD,
    /** campaign, hour -> {@link HourRow}. */
    HOURS,
    /** campaign, place of the link -> {@link LinkRow}. */
    LINKS,
    /** site, source, kind -> the latest {@link facteur.mail.event.ShapingEvent}. */
    PATHS,
    /** subject -> the latest {@link facteur.mail.event.OperatorEvent.Moved}. */
    MOVED,
    /** segment of the journal -> {@link SegmentRow}. */
    SEGMENTS,
    /** domain, zero octet, due time, message, index -> nothing: what is owed, by destination. */
    DUE,
    /** hash of the domain, message, index -> contact. */
    BY_DOMAIN,
    /** campaign, category of the last refusal, message, index -> contact. */
    BY_REASON,
    /** hash of the Message-ID field, message -> nothing. */
    MESSAGE_IDS,
    /** import, part -> event; see {@link SuppressionImport}. */
    IMPORTS,
    /** contact -> {@link ReaderRow}. */
    READERS,
    /** host, kind -> the latest {@link facteur.mail.event.HostEvent}. */
    HOSTS,
    /** message, index, link -> {@link ClickRow}, of mail in campaigns. */
    CLICKS,
    /** message, index, time of a person's hit that was not the last -> nothing. */
    HUMANS,
    /** message, index, begin -> end: spans whose hits are a machine's, apart from each other. */
    REVISIONS,
    /** message, index, hash of a rule -> nothing: it took a person for a machine. */
    RECOGNISED,
    /** message, index, hash -> nothing; see {@link RecipientMarks}. */
    MARKS,
    /** contact -> nothing: those whose domain was not found. */
    NO_DOMAIN;

    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
