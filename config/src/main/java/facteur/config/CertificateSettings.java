package facteur.config;

import java.nio.file.Path;

/**
 * The certificate of the listeners.
 *
 * @param certificate PEM file with the chain, the server's own first
 * @param key PEM file, not readable by other users
 */
public record CertificateSettings(Path certificate, Path key) {}
