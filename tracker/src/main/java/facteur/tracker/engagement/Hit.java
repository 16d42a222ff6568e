package facteur.tracker.engagement;

import facteur.mail.token.Token;

import java.net.InetAddress;
import java.time.Instant;

/**
 * One request with a valid token.
 *
 * @param client who asked, behind trusted proxies; kept in memory only as long as burst rules need
 *     it
 * @param agent User-Agent as sent, or empty; at most some hundred characters
 * @param isHead whether nothing but the header was asked for
 * @param isPrefetch whether the request said that it is a prefetch
 * @param isOptedOut whether the reader's browser asks not to be tracked (Global Privacy Control)
 */
public record Hit(
        Token token,
        Instant at,
        InetAddress client,
        String agent,
        boolean isHead,
        boolean isPrefetch,
        boolean isOptedOut) {}
