package io.datastreamx.ml.training;

import io.datastreamx.ml.policy.FeatureEncoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Names the code that learns, so that a model says by which it was made: a hash of the classes that decide what it is.
 */
final class CodeVersion {
    private static final List<Class<?>> DECISIVE = List.of(
            FeatureEncoder.class,
            DecisionLog.class,
            LearningWindow.class,
            Features.class,
            LogisticFit.class,
            LogisticFamily.class,
            BoostedFit.class,
            TreesFamily.class,
            Isotonic.class,
            Seen.class,
            ModelTrainer.class,
            PriceTable.class,
            AnswerTimesTable.class,
            Shifts.class);

    private static final int LENGTH = 12;

    private CodeVersion() {}

    static String present() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Class<?> one : DECISIVE) {
                try (InputStream code = one.getResourceAsStream(one.getSimpleName() + ".class")) {
                    digest.update(code.readAllBytes());
                }
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, LENGTH);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
