package facteur.store.fold;

import facteur.mail.status.Status;

/**
 * What one message shows of a contact in a campaign.
 *
 * @param people without the hits of robots
 * @param everyone with them
 */
public record MatrixCell(Status people, Status everyone) {
    public Status status(boolean robotsIncluded) {
        return robotsIncluded ? everyone : people;
    }

    @SuppressWarnings("EnumOrdinal") // The place is the stored format.
    static byte[] encode(Status people, Status everyone) {
        return new byte[] {(byte) people.ordinal(), (byte) everyone.ordinal()};
    }

    @SuppressWarnings("EnumOrdinal") // The place is the stored format.
    public static MatrixCell decode(byte[] octets) {
        return new MatrixCell(Status.values()[octets[0]], Status.values()[octets[1]]);
    }
}
