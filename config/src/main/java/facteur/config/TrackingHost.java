package facteur.config;

/**
 * A name under which readers come.
 *
 * @param name in lower case
 */
public record TrackingHost(String name, CertificateSettings certificate) {}
