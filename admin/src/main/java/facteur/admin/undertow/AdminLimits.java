package facteur.admin.undertow;

import facteur.config.access.Admission;

import java.time.Duration;

/**
 * How much the admin's listener may take of the process: mail goes on whatever strangers do here.
 *
 * @param connections at a time; whose requests were known once keep theirs
 * @param requests of those who are known, at work at a time; streams of the live view aside
 * @param strangersRequests of all others
 * @param bodies octets of all request bodies in memory
 * @param strangersBody octets of one body before authentication
 * @param head from the connection, or the first octet, to the end of the header
 * @param strangersRequest for a stranger's body, and for the answer to be taken
 * @param body from the end of the header to the end of the body
 * @param piece for the reader to take 16 KiB of an answer
 * @param idle between two requests of a connection
 */
public record AdminLimits(
        Admission.Limits connections,
        int requests,
        int strangersRequests,
        long bodies,
        int strangersBody,
        Duration head,
        Duration strangersRequest,
        Duration body,
        Duration piece,
        Duration idle) {
    public static final AdminLimits DEFAULTS =
            new AdminLimits(
                    new Admission.Limits(512, 64),
                    128,
                    32,
                    16 << 20, // four forms of the largest size
                    8 << 10, // a name, a password, a token
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(120), // 4 MiB over a slow line
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(60));
}
