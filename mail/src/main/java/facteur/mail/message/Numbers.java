package facteur.mail.message;

/**
 * How contacts and campaigns are numbered: 15 bits of tenant, 8 of shard, 40 of count, so that rows
 * that sort by such a number stand together by tenant, and no two shards give the same one. In the
 * main tenant of one shard a number is its count.
 */
public final class Numbers {
    private static final int SHARD_BITS = 8;
    private static final int COUNT_BITS = 40;
    private static final long COUNTS = 1L << COUNT_BITS;

    private Numbers() {}

    /**
     * @param shard 0 to 255
     * @param count 1 and up; 0 stands for none, as for mail without a campaign
     */
    public static long of(Tenant tenant, int shard, long count) {
        if (shard < 0 || shard >= 1 << SHARD_BITS || count < 0 || count >= COUNTS) {
            throw new IllegalArgumentException("number " + count + " of shard " + shard);
        }
        return ((long) tenant.number() << (SHARD_BITS + COUNT_BITS))
                | ((long) shard << COUNT_BITS)
                | count;
    }

    public static Tenant tenant(long number) {
        return new Tenant((int) (number >>> (SHARD_BITS + COUNT_BITS)));
    }

    /** Whether it stands for none of its tenant's. */
    public static boolean isNone(long number) {
        return (number & (COUNTS - 1)) == 0;
    }
}
