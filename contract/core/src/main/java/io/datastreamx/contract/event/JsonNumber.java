package io.datastreamx.contract.event;

/**
 * A number as JSON writes it, without a limit on digits or exponent: {@code 500.0} and {@code 5e2} are 500. Works on
 * the digits alone, so that {@code 1e999999999} costs no more than its text.
 */
final class JsonNumber implements Comparable<JsonNumber> {
    /** Whole numbers of more digits are beyond every bound of the contract. */
    static final int MAX_LONG_DIGITS = 18;
    /** Far beyond what the digits of a record can move. */
    private static final long MAX_EXPONENT = 1_000_000_000;

    private final boolean negative;
    /** Without zeros at either end; none for zero. */
    private final String digits;
    /** The number is {@code digits × 10^exponent}. */
    private final long exponent;

    private JsonNumber(boolean negative, String digits, long exponent) {
        this.negative = negative && !digits.isEmpty();
        this.digits = digits;
        this.exponent = digits.isEmpty() ? 0 : exponent;
    }

    /** @param literal a well-formed JSON number */
    static JsonNumber of(String literal) {
        StringBuilder digits = new StringBuilder(literal.length());
        long exponent = 0;
        boolean fraction = false;
        for (int i = 0; i < literal.length(); i++) {
            char c = literal.charAt(i);
            if (c == '.') {
                fraction = true;
            } else if (c == 'e' || c == 'E') {
                exponent += exponentOf(literal, i + 1);
                break;
            } else if (c != '-') {
                exponent -= fraction ? 1 : 0;
                if (c != '0' || digits.length() > 0) {
                    digits.append(c);
                }
            }
        }
        int end = digits.length();
        while (end > 0 && digits.charAt(end - 1) == '0') {
            end--;
        }
        exponent += digits.length() - end;
        return new JsonNumber(literal.charAt(0) == '-', digits.substring(0, end), exponent);
    }

    private static long exponentOf(String literal, int from) {
        boolean negative = literal.charAt(from) == '-';
        long exponent = 0;
        for (int i = negative || literal.charAt(from) == '+' ? from + 1 : from; i < literal.length(); i++) {
            exponent = Math.min(MAX_EXPONENT, exponent * 10 + literal.charAt(i) - '0');
        }
        return negative ? -exponent : exponent;
    }

    boolean isWhole() {
        return exponent >= 0;
    }

    /** Whether a whole number has a value that {@link #longValue} can give. */
    boolean isLong() {
        return digits.length() + exponent <= MAX_LONG_DIGITS;
    }

    /** Of a whole number that {@link #isLong}. */
    long longValue() {
        if (digits.isEmpty()) {
            return 0;
        }
        long value = Long.parseLong(digits);
        for (long i = 0; i < exponent; i++) {
            value *= 10;
        }
        return negative ? -value : value;
    }

    /** By value; exact. */
    @Override
    public int compareTo(JsonNumber other) {
        if (signum() != other.signum()) {
            return Integer.compare(signum(), other.signum());
        }
        int places = Long.compare(digits.length() + exponent, other.digits.length() + other.exponent);
        int magnitude = places != 0 ? places : digits.compareTo(other.digits);
        return negative ? -magnitude : magnitude;
    }

    private int signum() {
        return digits.isEmpty() ? 0 : negative ? -1 : 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonNumber number && compareTo(number) == 0;
    }

    @Override
    public int hashCode() {
        return digits.hashCode();
    }
}
