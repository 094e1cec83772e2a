package io.datastreamx.contract.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Held against {@link BigDecimal}, which cannot be used itself: some exponents take it all memory. */
class JsonNumberTest {
    @Property
    void isWholeWhereTheDecimalIs(@ForAll("literals") String literal) {
        BigDecimal decimal = new BigDecimal(literal);
        boolean isWhole = decimal.signum() == 0 || decimal.stripTrailingZeros().scale() <= 0;
        JsonNumber number = JsonNumber.of(literal);
        assertThat(number.isWhole()).isEqualTo(isWhole);
        if (isWhole) {
            boolean isLong = decimal.abs().compareTo(BigDecimal.TEN.pow(18)) < 0;
            assertThat(number.isLong()).isEqualTo(isLong);
            if (isLong) {
                assertThat(number.longValue()).isEqualTo(decimal.longValueExact());
            }
        }
    }

    @Property
    void comparesAsTheDecimalsDo(@ForAll("literals") String one, @ForAll("literals") String other) {
        assertThat(Integer.signum(JsonNumber.of(one).compareTo(JsonNumber.of(other))))
                .isEqualTo(new BigDecimal(one).compareTo(new BigDecimal(other)));
    }

    @Example
    void anExponentCostsNothing() {
        assertThat(JsonNumber.of("1e999999999999999999999").isWhole()).isTrue();
        assertThat(JsonNumber.of("1e999999999999999999999").isLong()).isFalse();
        assertThat(JsonNumber.of("-1e-999999999999999999999").isWhole()).isFalse();
        assertThat(JsonNumber.of("0e-999999999999999999999").longValue()).isZero();
        assertThat(JsonNumber.of("-1e-999999999999999999999")).isLessThan(JsonNumber.of("0"));
    }

    @Provide
    Arbitrary<String> literals() {
        Arbitrary<String> whole = Arbitraries.oneOf(
                Arbitraries.of("0", "1", "10", "999999999999999999", "1000000000000000000"),
                Arbitraries.integers().between(0, 100_000).map(String::valueOf));
        Arbitrary<String> fraction = Arbitraries.oneOf(
                Arbitraries.of("", ".0", ".000", ".5", ".050"),
                Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(4).map(digits -> "." + digits));
        Arbitrary<String> exponent = Arbitraries.oneOf(
                Arbitraries.of("", "e0", "E+2", "e-2", "e00"),
                Arbitraries.integers().between(-25, 25).map(e -> "e" + e));
        return Combinators.combine(Arbitraries.of("", "-"), whole, fraction, exponent)
                .as((sign, w, f, e) -> sign + w + f + e);
    }
}
