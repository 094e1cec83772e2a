package io.datastreamx.speed.dispatch;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One encoding of an ad's video, as VAST describes it.
 *
 * @param url absolute http(s)
 * @param type MIME type
 * @param progressive whether it is fetched as one file; what is said to be streamed is a second choice
 * @param height pixels; 0 where it is not said
 * @param bitrate kbit/s; 0 where it is not said
 */
record MediaFile(String url, String type, boolean progressive, int height, int bitrate) {
    /** What boxes play. */
    static final List<String> TYPES = List.of("video/mp4");

    private static final Comparator<MediaFile> BEST = Comparator.comparing(MediaFile::progressive)
            .thenComparing(MediaFile::height)
            .thenComparing(MediaFile::bitrate);

    /**
     * The most that a box plays.
     *
     * @param height pixels
     * @param bitrate kbit/s
     */
    record Limits(int height, int bitrate) {}

    /** The best of those that a box plays; the first of equals. */
    static Optional<MediaFile> best(List<MediaFile> files, Limits limits) {
        MediaFile best = null;
        for (MediaFile file : files) {
            if (file.isPlayable(limits) && (best == null || BEST.compare(file, best) > 0)) {
                best = file;
            }
        }
        return Optional.ofNullable(best);
    }

    private boolean isPlayable(Limits limits) {
        String mime = type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
        return TYPES.contains(mime) && height <= limits.height() && bitrate <= limits.bitrate();
    }
}
