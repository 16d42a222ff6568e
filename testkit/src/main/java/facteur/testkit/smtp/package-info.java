/**
 * Both ends of SMTP for laboratories: a receiver that behaves like a large provider, a sink and a
 * source for load, and scripted talks for tests. It judges the real thing, so it reads and answers
 * SMTP with code of its own.
 *
 * <p>Reads: connections on loopback addresses, options given as records, and the provider wordings
 * in its resources ({@code *.replies}).
 *
 * <p>Writes: replies, a bounded list of what was taken, counters; and, on request, the bounces,
 * complaints and automatic answers a provider would send back.
 *
 * <p>Threads: one virtual thread per connection owns its dialogue; what connections share (log,
 * counters, memory of greylisted pairs) is thread-safe.
 *
 * <p>Not here: the names that lead to these servers ({@link facteur.testkit.dns}), the readers of
 * the mail ({@link facteur.testkit.web}), and certificates ({@link facteur.testkit.tls}).
 */
@NullMarked
package facteur.testkit.smtp;

import org.jspecify.annotations.NullMarked;
