package io.datastreamx.lake;

import io.datastreamx.contract.table.Column;
import io.datastreamx.contract.table.Table;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One row of a flat table, read by column and type.
 *
 * @param values by column name; what is null is null here too. Times are {@code Instant}
 */
public record TableRow(Table table, Map<String, Object> values) {
    /** @throws IllegalStateException where the column is null, is not there or does not hold text */
    public String text(String column) {
        return required(column, String.class);
    }

    /** @throws IllegalStateException where the column is not there or holds something else than text */
    public Optional<String> textIfAny(String column) {
        return value(column, String.class);
    }

    /** @throws IllegalStateException where the column is null, is not there or does not hold a whole number */
    public long number(String column) {
        return value(column, Number.class)
                .filter(number -> number instanceof Long || number instanceof Integer)
                .orElseThrow(() -> unexpected(column, "a whole number"))
                .longValue();
    }

    /** @throws IllegalStateException where the column is null, is not there or does not hold a time */
    public Instant time(String column) {
        return required(column, Instant.class);
    }

    /** @throws IllegalStateException where the column is not there or holds something else than a time */
    public Optional<Instant> timeIfAny(String column) {
        return value(column, Instant.class);
    }

    /** @throws IllegalStateException where the column is null, is not there or does not hold bytes */
    public byte[] bytes(String column) {
        return required(column, byte[].class);
    }

    /** @throws IllegalStateException where the column is not there or holds something else than bytes */
    public Optional<byte[]> bytesIfAny(String column) {
        return value(column, byte[].class);
    }

    /**
     * One of an enum, which the column holds by its name in lower case.
     *
     * @throws IllegalStateException where the column is null, is not there or holds none of them
     */
    <E extends Enum<E>> E code(String column, Class<E> type) {
        String code = text(column);
        return Arrays.stream(type.getEnumConstants())
                .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("table " + table.path() + ", column " + column + ": '"
                        + code + "' is none of " + Arrays.toString(type.getEnumConstants())
                        + "; a later edition of this program may have written it"));
    }

    private <T> T required(String column, Class<T> type) {
        return value(column, type).orElseThrow(() -> unexpected(column, type.getSimpleName()));
    }

    private <T> Optional<T> value(String column, Class<T> type) {
        Object value = values.get(column);
        if (value == null) {
            if (table.columns().stream().map(Column::name).noneMatch(column::equals)) {
                throw new IllegalArgumentException("table " + table.path() + " has no column " + column);
            }
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw unexpected(column, type.getSimpleName());
        }
        return Optional.of(type.cast(value));
    }

    private IllegalStateException unexpected(String column, String wanted) {
        Object value = values.get(column);
        return new IllegalStateException("table " + table.path() + ", column " + column + ": expected " + wanted
                + ", found " + (value == null ? "null" : value.getClass().getSimpleName() + " " + value));
    }
}
