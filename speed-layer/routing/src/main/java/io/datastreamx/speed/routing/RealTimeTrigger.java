package io.datastreamx.speed.routing;

import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import org.apache.spark.sql.streaming.Trigger;

/** The one thing that exists only from Spark 4.1 on, called so that everything compiles and runs on 4.0 too. */
final class RealTimeTrigger {
    private RealTimeTrigger() {}

    /**
     * @param batch how long one lasts, at the end of which there is a checkpoint; Spark wants at least 5 s
     * @throws IllegalStateException on a Spark without real-time mode
     */
    static Trigger of(Duration batch) {
        try {
            return (Trigger) Trigger.class.getMethod("RealTime", long.class).invoke(null, batch.toMillis());
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(
                    "real-time mode needs Spark 4.1 or later; set datastreamx.routing.mode = micro-batch on an older one",
                    e);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(
                    "Spark refused batches of " + batch + ": " + e.getCause().getMessage(), e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("Trigger.RealTime is not public in this Spark", e);
        }
    }
}
