package facteur.admin.report;

import facteur.config.icu.IcuDomains;
import facteur.mail.address.AddressKey;
import facteur.mail.address.AddressParser;
import facteur.mail.text.NameOrId;
import facteur.store.view.FoundContact;
import facteur.store.view.Views;

import java.util.Optional;

/** Finds contacts by what they are called: an address, or {@code id:} with a number. */
public final class ContactLookup {
    private static final AddressParser ADDRESSES = new AddressParser(new IcuDomains());

    private final Views views;

    public ContactLookup(Views views) {
        this.views = views;
    }

    public Optional<FoundContact> find(String called) {
        return key(called).flatMap(views::contact);
    }

    /** The key of an address, whether or not anything was ever sent to it. */
    public Optional<AddressKey> key(String called) {
        return NameOrId.parse(called)
                .flatMap(
                        who ->
                                switch (who) {
                                    case NameOrId.Id(long number) ->
                                            views.contact(number).map(c -> c.row().address().key());
                                    case NameOrId.Name(String address) ->
                                            ADDRESSES.address(address).map(known -> known.key());
                                });
    }
}
