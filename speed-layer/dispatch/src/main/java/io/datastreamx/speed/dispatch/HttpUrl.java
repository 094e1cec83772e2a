package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.FieldType;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * URLs as third parties write them: with blanks around them, schemes in capitals, and characters that no RFC allows.
 */
final class HttpUrl {
    private static final Pattern HTTP = Pattern.compile(
            "(?i)https?://(?:\\[[0-9a-f:.]+]|[^\\s\\p{Cntrl}\\p{Cs}<>\"\\\\/?#:@\\[\\]]+)(?::[0-9]{1,5})?(?:[/?#][^\\s\\p{Cntrl}\\p{Cs}<>\"\\\\]*)?");

    private HttpUrl() {}

    /** The absolute http(s) URL that the text is, without blanks around it; empty where it is none or is too long. */
    static Optional<String> of(String text) {
        String url = text.strip();
        return url.length() <= FieldType.MAX_URL && HTTP.matcher(url).matches() ? Optional.of(url) : Optional.empty();
    }
}
