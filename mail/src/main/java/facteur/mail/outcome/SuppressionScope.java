package facteur.mail.outcome;

/** Which mail a suppression holds back. */
public sealed interface SuppressionScope {
    record All() implements SuppressionScope {}

    /** Mail submitted with one credential. */
    record Credential(String user) implements SuppressionScope {}

    /** Campaign mail only: an unsubscribed reader still gets receipts. */
    record Campaigns() implements SuppressionScope {}

    /** The text used in files and JSON: {@code credential:shop}. */
    default String key() {
        return switch (this) {
            case All _ -> "all";
            case Campaigns _ -> "campaigns";
            case Credential(String user) -> "credential:" + user;
        };
    }

    default boolean covers(String credential, boolean isCampaignMail) {
        return switch (this) {
            case All _ -> true;
            case Credential(String user) -> user.equals(credential);
            case Campaigns _ -> isCampaignMail;
        };
    }
}
