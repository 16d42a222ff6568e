package facteur.config;

import facteur.mail.address.Domain;

/**
 * A DKIM key (RFC 6376); a domain with several signs with each.
 *
 * @param domain signs for mail from this domain and those below it
 * @param key private key as PEM: RSA or Ed25519 (RFC 8463)
 */
public record DkimSettings(Domain domain, String selector, Secret key) {}
