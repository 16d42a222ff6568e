package facteur.mail.address;

/** An address in the form in which two spellings of one mailbox are equal. */
public record AddressKey(String value) {
    @Override
    public String toString() {
        return value;
    }
}
