package facteur.message.render;

import facteur.mail.message.Content;
import facteur.message.mime.WhyNotTracked;

import java.util.Optional;

/**
 * One recipient's copy.
 *
 * @param content reads through to the original, which must stay readable as long as it is used
 * @param links different targets that lead through the tracker
 * @param pixel whether a pixel was put in
 * @param notTracked why neither was done
 */
public record RenderedCopy(
        Content content, int links, boolean pixel, Optional<WhyNotTracked> notTracked) {}
