package io.datastreamx.contract.night;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What can be done with the batch tables: the steps of a night in their order, and the way back. */
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
    MAINTAIN,
    /** No part of a night: returns to the version that was in force before. */
    ROLLBACK;

    /** The steps of a whole night. */
    public static List<StepName> night() {
        return Arrays.stream(values()).filter(step -> step != ROLLBACK).toList();
    }

    /** The name on the command line and in results. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the step is part of learning: its failure leaves the tables of this night in force. */
    public boolean learns() {
        return this == TRAIN || this == EVALUATE || this == GATE || this == PROMOTE;
    }

    /** Whether the step works on the version that {@link #SEAL} named; a later night may have made it idle. */
    public boolean needsSeal() {
        return this != SEAL && this != MAINTAIN && this != ROLLBACK;
    }

    /** @throws IllegalArgumentException naming the steps there are */
    public static StepName ofCode(String code) {
        return Arrays.stream(values())
                .filter(step -> step.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no step '" + code + "'; there are "
                        + Arrays.stream(values()).map(StepName::code).collect(Collectors.joining(", "))));
    }
}
