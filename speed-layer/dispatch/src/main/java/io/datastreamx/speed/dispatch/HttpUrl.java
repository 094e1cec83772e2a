package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.FieldType;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * URLs as third parties write them: with blanks around them, schemes in capitals, and characters that no RFC allows.
 */
final class HttpUrl {
    private static final Pattern HTTP = Pattern.compile(
            "(?i)https?://(?:\\[[0-9a-f:.]+]|[^\\s\\p{Cntrl}\\p{Cs}<>\"\\\\/?#:@\\[\\]]+)(?::[0-9]{1,5})?(?:[/?#][^\\s\\p{Cntrl}\\p{Cs}<>\"\\\\]*)?");

    /** What a URI may not have behind its authority. */
    private static final Pattern ODD = Pattern.compile("[^A-Za-z0-9._~:/?#@!$&'()*+,;=%-]|%(?![0-9A-Fa-f]{2})");

    private HttpUrl() {}

    /** The absolute http(s) URL that the text is, without blanks around it; empty where it is none or is too long. */
    static Optional<String> of(String text) {
        String url = text.strip();
        return url.length() <= FieldType.MAX_URL && HTTP.matcher(url).matches() ? Optional.of(url) : Optional.empty();
    }

    /**
     * The URL as Java wants it, with what no RFC allows in it encoded.
     *
     * @throws IllegalArgumentException for a text that is no http(s) URL
     */
    static URI toUri(String text) {
        String url = of(text).orElseThrow(() -> new IllegalArgumentException("no http(s) URL"));
        int authority = url.indexOf("://") + "://".length();
        int path = authority;
        while (path < url.length() && "/?#".indexOf(url.charAt(path)) < 0) {
            path++;
        }
        StringBuilder encoded = new StringBuilder(url.substring(0, path));
        Matcher odd = ODD.matcher(url.substring(path));
        while (odd.find()) {
            StringBuilder bytes = new StringBuilder();
            for (byte b : odd.group().getBytes(StandardCharsets.UTF_8)) {
                bytes.append("%%%02X".formatted(b));
            }
            odd.appendReplacement(encoded, bytes.toString());
        }
        return URI.create(odd.appendTail(encoded).toString());
    }
}
