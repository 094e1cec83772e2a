package io.datastreamx.ml.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class ImportanceSamplingTest {
    private static final StructType SCHEMA =
            new StructType().add("reward", DataTypes.DoubleType).add("weight", DataTypes.DoubleType);

    @Test
    void oneWorkedExample() {
        Estimate estimate = new ImportanceSampling()
                .estimate(
                        frame(List.of(
                                RowFactory.create(10.0, 2.0),
                                RowFactory.create(0.0, 0.5),
                                RowFactory.create(4.0, 0.5))),
                        "weight");
        assertEquals(3, estimate.decisions());
        assertEquals((20.0 + 2.0) / 3, estimate.ips(), 1e-12);
        assertEquals(22.0 / 3.0, estimate.value(), 1e-12);
        assertEquals(9.0 / 4.5, estimate.effectiveSampleSize(), 1e-12);
        assertEquals(1.0, estimate.meanWeight(), 1e-12);
        assertEquals(2.0, estimate.maxWeight(), 1e-12);
        double v = 22.0 / 3.0;
        double error = Math.sqrt(4 * (10 - v) * (10 - v) + 0.25 * v * v + 0.25 * (4 - v) * (4 - v)) / 3;
        assertEquals(error, estimate.standardError(), 1e-12);
    }

    @Test
    void theIntervalHoldsTheTruthAboutAsOftenAsItSays() {
        // Two arms that earn 1 and 3 on average, logged 80:20; the policy to be judged plays them 20:80 and so earns
        // 2.6.
        int held = 0;
        int trials = 40;
        for (int trial = 0; trial < trials; trial++) {
            Random random = new Random(trial);
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                boolean second = random.nextDouble() < 0.2;
                rows.add(RowFactory.create((second ? 3 : 1) + random.nextGaussian(), second ? 4.0 : 0.25));
            }
            Estimate estimate = new ImportanceSampling().estimate(frame(rows), "weight");
            held += estimate.low() <= 2.6 && 2.6 <= estimate.high() ? 1 : 0;
        }
        assertTrue(held >= 34, held + " of " + trials);
    }

    private static Dataset<Row> frame(List<Row> rows) {
        return TestSession.SPARK.createDataFrame(rows, SCHEMA).coalesce(1);
    }
}
