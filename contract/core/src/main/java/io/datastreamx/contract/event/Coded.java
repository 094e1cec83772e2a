package io.datastreamx.contract.event;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A constant of an enum that records and tables hold as text: its name in lower case. */
public interface Coded {
    String name();

    default String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The codes of all constants, in their order. */
    static <E extends Enum<E> & Coded> List<String> codesOf(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(Coded::code).toList();
    }

    /** @throws IllegalArgumentException naming the code and those that there are */
    static <E extends Enum<E> & Coded> E ofCode(Class<E> type, String code) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + code + "' is no " + type.getSimpleName() + "; there are " + codesOf(type)));
    }
}
