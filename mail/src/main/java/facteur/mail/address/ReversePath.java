package facteur.mail.address;

import java.util.Optional;

/** The argument of MAIL FROM: a mailbox, or the null path of notifications (RFC 5321 4.5.5). */
public sealed interface ReversePath {
    record Null() implements ReversePath {
        @Override
        public String toString() {
            return "<>";
        }
    }

    record Of(Address address) implements ReversePath {
        @Override
        public String toString() {
            return "<" + address + ">";
        }
    }

    default Optional<Address> mailbox() {
        return switch (this) {
            case Null _ -> Optional.empty();
            case Of(Address address) -> Optional.of(address);
        };
    }
}
