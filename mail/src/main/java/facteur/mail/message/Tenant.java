package facteur.mail.message;

/**
 * Who owns credentials, campaigns, contacts and suppressions. An installation that never speaks of
 * tenants has one, {@link #MAIN}.
 *
 * @param number 0 to {@value #MAX}
 */
public record Tenant(int number) {
    public static final int MAX = 0x7fff;

    public static final Tenant MAIN = new Tenant(0);

    public Tenant {
        if (number < 0 || number > MAX) {
            throw new IllegalArgumentException("tenant " + number + " outside 0.." + MAX);
        }
    }
}
