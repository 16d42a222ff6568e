package facteur.mta.submission;

import facteur.config.CredentialSettings;
import facteur.config.Secret;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The credentials of the configuration file. User names are compared without case. */
public final class ConfiguredCredentials implements Credentials {
    private static final Secret NOBODY = new Secret("no password is this one, whatever is offered");

    private final Map<String, CredentialSettings> byUser;

    public ConfiguredCredentials(List<CredentialSettings> credentials) {
        this.byUser =
                credentials.stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        c -> c.user().toLowerCase(Locale.ROOT),
                                        Function.identity()));
    }

    @Override
    public Optional<Credential> authenticate(String user, String password, InetAddress client) {
        Optional<CredentialSettings> known =
                Optional.ofNullable(byUser.get(user.toLowerCase(Locale.ROOT)));
        boolean matches = known.map(CredentialSettings::password).orElse(NOBODY).matches(password);
        return known.filter(_ -> matches)
                .map(ConfiguredCredentials::credential)
                .filter(c -> c.mayConnectFrom(client));
    }

    private static Credential credential(CredentialSettings settings) {
        return new Credential(
                settings.user(),
                settings.campaigns(),
                settings.senderDomains(),
                settings.tracking(),
                settings.allowNullSender(),
                settings.networks());
    }
}
