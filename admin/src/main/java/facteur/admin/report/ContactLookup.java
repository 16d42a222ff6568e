package facteur.admin.report;

import facteur.config.icu.IcuDomains;
import facteur.mail.address.AddressKey;
import facteur.mail.address.AddressParser;
import facteur.mail.text.NameOrId;
import facteur.store.query.Contact;
import facteur.store.query.ContactQueries;

import java.util.Optional;

/** Finds contacts by what they are called: an address, or {@code id:} with a number. */
public final class ContactLookup {
    private static final AddressParser ADDRESSES = new AddressParser(new IcuDomains());

    private final ContactQueries contacts;

    public ContactLookup(ContactQueries contacts) {
        this.contacts = contacts;
    }

    public Optional<Contact> find(String called) {
        return key(called).flatMap(contacts::find);
    }

    /** The key of an address, whether or not anything was ever sent to it. */
    public Optional<AddressKey> key(String called) {
        return NameOrId.parse(called)
                .flatMap(
                        who ->
                                switch (who) {
                                    case NameOrId.Id(long number) ->
                                            contacts.find(number).map(c -> c.address().key());
                                    case NameOrId.Name(String address) ->
                                            ADDRESSES.address(address).map(known -> known.key());
                                });
    }
}
