package facteur.mta.disposition;

/** What an operator or a sender should do about a refusal. */
public record Advice(String english, String french) {}
