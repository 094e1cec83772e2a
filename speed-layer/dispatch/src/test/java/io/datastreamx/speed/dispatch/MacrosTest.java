package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MacrosTest {
    private static final Macros MACROS =
            new Macros(Map.of("ID", "r 1/ü&x", "PRICE", Macros.price(3_100_000), "LOSS", "102"));

    @ParameterizedTest
    @CsvSource({
        "http://n/?p=${AUCTION_PRICE}&p=${AUCTION_PRICE},http://n/?p=3.1&p=3.1",
        "http://n/${AUCTION_ID}/x,http://n/r%201%2F%C3%BC%26x/x",
        "http://n/?p=${AUCTION_PRICE:B64},http://n/?p=My4x",
        "http://n/?s=${AUCTION_SEAT_ID}&m=${AUCTION_MIN_TO_WIN}.,http://n/?s=&m=.",
        "http://n/?l=${AUCTION_LOSS},http://n/?l=102",
        "http://n/?o=${AUCTION_OTHER}&p=${OTHER}&c=[CACHEBUSTING],http://n/?o=${AUCTION_OTHER}&p=${OTHER}&c=[CACHEBUSTING]",
        "http://n/?p=${AUCTION_PRICE,http://n/?p=${AUCTION_PRICE"
    })
    void knownMacrosBecomeTheirEncodedValuesOrNothing(String url, String substituted) {
        assertEquals(substituted, MACROS.substitute(url));
    }

    @Test
    void pricesAreInUnitsWithoutAnExponent() {
        assertEquals("0", Macros.price(0));
        assertEquals("0.000001", Macros.price(1));
        assertEquals("1000000", Macros.price(1_000_000_000_000L));
    }
}
