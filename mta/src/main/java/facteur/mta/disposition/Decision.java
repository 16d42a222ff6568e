package facteur.mta.disposition;

import facteur.mail.outcome.Disposition;

import java.util.Optional;

/**
 * What became of a recipient, and what the path should do.
 *
 * @param ruling how a refusal was read; empty where nothing was refused
 */
public record Decision(Disposition disposition, PathEffect effect, Optional<Ruling> ruling) {}
