package facteur.mail.text;

/**
 * The name of a campaign as it is kept, whatever way it was written: composed (NFC), without
 * characters that act rather than being seen, and at most {@value #MOST} characters. Whoever names
 * a campaign to send for it, to look for it or in a setting says the same by it.
 */
public final class CampaignName {
    public static final int MOST = 255;

    private CampaignName() {}

    public static String of(String written) {
        return PlainText.text(NameOrId.composed(written), MOST);
    }
}
