package io.datastreamx.speed.dispatch;

import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The substitution macros of OpenRTB 2.6, section 4.4, in URLs: each value is encoded for use there. What is not known,
 * or not told to whom it is for, becomes nothing; macros that the standard does not have stay as they are.
 *
 * @param values by the macro's name, without {@code AUCTION_}
 */
record Macros(Map<String, String> values) {
    private static final Pattern MACRO = Pattern.compile(
            "\\$\\{AUCTION_(ID|BID_ID|IMP_ID|SEAT_ID|AD_ID|PRICE|CURRENCY|MBR|LOSS|MIN_TO_WIN|MULTIPLIER|IMP_TS)(:B64)?}");

    Macros {
        values = Map.copyOf(values);
    }

    /** A CPM price as the macro has it: in units of currency, without exponent. */
    static String price(long micros) {
        return BigDecimal.valueOf(micros, 6).stripTrailingZeros().toPlainString();
    }

    /** These, and one more. */
    Macros with(String name, String value) {
        Map<String, String> more = new HashMap<>(values);
        more.put(name, value);
        return new Macros(more);
    }

    String substitute(String url) {
        if (!url.contains("${AUCTION_")) {
            return url;
        }
        Matcher macro = MACRO.matcher(url);
        StringBuilder substituted = new StringBuilder();
        while (macro.find()) {
            String value = values.getOrDefault(macro.group(1), "");
            if (macro.group(2) != null) {
                value = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
            }
            macro.appendReplacement(substituted, Matcher.quoteReplacement(encoded(value)));
        }
        return macro.appendTail(substituted).toString();
    }

    /** A blank is %20 in every part of a URL; a plus is one only in queries. */
    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
