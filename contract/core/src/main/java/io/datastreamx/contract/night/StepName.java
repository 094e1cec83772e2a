package io.datastreamx.contract.night;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The steps of a night in their order. */
public enum StepName {
    SEAL,
    REBUILD,
    VALIDATE,
    PUBLISH,
    FLIP,
    TRAIN,
    EVALUATE,
    GATE,
    PROMOTE,
    MAINTAIN;

    /** The name on the command line and in results. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the step is part of learning: its failure leaves the tables of this night in force. */
    public boolean learns() {
        return this == TRAIN || this == EVALUATE || this == GATE || this == PROMOTE;
    }

    /** @throws IllegalArgumentException naming the steps there are */
    public static StepName ofCode(String code) {
        return Arrays.stream(values())
                .filter(step -> step.code().equals(code))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("there is no step '" + code + "'; the steps of a night are "
                                + Arrays.stream(values()).map(StepName::code).collect(Collectors.joining(", "))));
    }
}
