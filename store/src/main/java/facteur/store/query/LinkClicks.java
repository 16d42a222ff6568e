package facteur.store.query;

/**
 * Clicks on one link of a campaign. Links are told apart by their place in the message: where each
 * recipient has an address of its own, there would be as many as recipients.
 *
 * @param target where it leads; of several the first by alphabet
 * @param varies whether there are several
 * @param people recipients who followed it
 * @param anybody robots included
 * @param hits of people
 * @param allHits robots included
 */
public record LinkClicks(
        String target, boolean varies, long people, long anybody, long hits, long allHits) {
    public LinkClicks plus(LinkClicks other) {
        return new LinkClicks(
                target.compareTo(other.target) <= 0 ? target : other.target,
                varies || other.varies || !target.equals(other.target),
                people + other.people,
                anybody + other.anybody,
                hits + other.hits,
                allHits + other.allHits);
    }
}
