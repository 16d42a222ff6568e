package facteur.mta.disposition;

import facteur.mail.outcome.Disposition;

/** What became of a recipient, and what the path should do. */
public record Decision(Disposition disposition, Effect effect) {}
