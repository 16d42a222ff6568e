package facteur.testkit.smtp;

import java.util.Map;

/**
 * What a laboratory server counted, at one moment.
 *
 * @param connections ever accepted
 * @param messages answered 250
 * @param recipients of those messages
 * @param bytes of those messages
 * @param violations times a client broke the protocol
 * @param refusals 4xx and 5xx replies, by code
 */
public record ServerCounts(
        int openConnections,
        int peakConnections,
        long connections,
        long tlsConnections,
        long messages,
        long recipients,
        long bytes,
        long violations,
        Map<Integer, Long> refusals) {}
