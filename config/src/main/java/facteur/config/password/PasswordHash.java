package facteur.config.password;

/** Hashes the passwords of people, slowly on purpose. */
public interface PasswordHash {
    /** A fresh salt each time; the text names its own parameters. */
    String hash(String password);

    boolean matches(String password, String hash);
}
