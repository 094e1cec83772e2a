package io.datastreamx.simulator.world;

/** What one box remembers of the ads that it showed lately. Not thread-safe. */
public final class ViewedAds {
    private static final int REMEMBERED = 16;

    private final String[] ads = new String[REMEMBERED];
    private final long[] times = new long[REMEMBERED];
    private int next;

    /** The box showed this ad. */
    public void saw(String adId, long atMs) {
        ads[next] = adId;
        times[next] = atMs;
        next = (next + 1) % REMEMBERED;
    }

    /** How often it was seen; a view counts half after each half-life. */
    double views(String adId, long nowMs, double halfLifeHours) {
        double views = 0;
        for (int i = 0; i < REMEMBERED; i++) {
            if (adId.equals(ads[i])) {
                views += Math.pow(0.5, (nowMs - times[i]) / (halfLifeHours * 3_600_000));
            }
        }
        return views;
    }
}
