package facteur.admin.parameter;

import facteur.admin.language.Words;
import facteur.admin.web.Request;
import facteur.config.yaml.DidYouMean;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What is wrong with an address, to be said in the reader's language.
 *
 * @param name of the parameter; empty when it is the address as a whole
 * @param key of the words behind {@code parameter.}
 * @param near what was probably meant
 */
public record Fault(Optional<String> name, String key, List<String> filled, Optional<String> near) {
    public Fault {
        filled = List.copyOf(filled);
    }

    static Fault of(String key, String... filled) {
        return new Fault(Optional.empty(), key, List.of(filled), Optional.empty());
    }

    /** A request whose path or query is no text. */
    public static Optional<Fault> of(Request request) {
        return request.malformed()
                .map(
                        part ->
                                switch (part) {
                                    case PATH -> of("path");
                                    case QUERY -> of("query");
                                    case PAIRS -> of("pairs");
                                });
    }

    Fault at(String parameter) {
        return new Fault(Optional.of(parameter), key, filled, near);
    }

    Fault meaning(String value, Collection<String> known) {
        return new Fault(name, key, filled, DidYouMean.to(value, known));
    }

    /** The fault in a sentence. */
    public String in(Words words) {
        String what =
                words.say("parameter." + key, filled.toArray())
                        + near.map(meant -> words.say("parameter.near", meant)).orElse("");
        return name.map(parameter -> words.say("parameter.of", parameter, what)).orElse(what);
    }
}
