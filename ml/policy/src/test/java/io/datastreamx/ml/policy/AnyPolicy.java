package io.datastreamx.ml.policy;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Policies, requests and times in which any guardrail may hold. */
final class AnyPolicy {
    private AnyPolicy() {}

    static PolicySnapshot snapshot(Random random) {
        List<AggregatorTerms> aggregators = new ArrayList<>();
        for (String id : Examples.AGGREGATORS.subList(0, random.nextInt(7))) {
            long price = random.nextInt(5_000_000);
            aggregators.add(new AggregatorTerms(
                    id,
                    "http://127.0.0.1:1/" + id,
                    random.nextInt(4) > 0,
                    1 + random.nextInt(3),
                    price,
                    price + random.nextInt(2_000_000),
                    0,
                    200,
                    random.nextInt(6) == 0 ? "EUR" : "USD"));
        }
        PolicyDocument policy = new PolicyDocument(
                "p", random.nextInt(20) == 0, new Exploration(40, 0.02), 0.1, aggregators, measured(random), null);
        Scorer model = Examples.worth(aggregator -> aggregator.contractPriceMicros() / 2);
        return new PolicySnapshot(
                policy,
                random.nextBoolean() ? Optional.of(model) : Optional.empty(),
                some(random),
                LocalDate.ofInstant(Examples.NOON, ZoneOffset.UTC).plusDays(random.nextInt(2)),
                some(random),
                "s");
    }

    static AdRequest request(Random random) {
        return new AdRequest(
                Long.toHexString(random.nextLong()),
                "box-1",
                Examples.NOON,
                Examples.context(random),
                random.nextInt(500),
                random.nextInt(3) == 0 ? random.nextInt(6_000_000) : 0,
                random.nextBoolean() ? "USD" : null,
                null,
                null,
                null);
    }

    static Instant time(Random random) {
        return Examples.NOON.plusMillis(random.nextInt(400));
    }

    private static Map<String, Long> measured(Random random) {
        return random.nextBoolean() ? Map.of() : Map.of("a0", 1_000_000L, "a1", 0L);
    }

    private static Set<String> some(Random random) {
        Set<String> some = new HashSet<>();
        Examples.AGGREGATORS.forEach(id -> {
            if (random.nextInt(4) == 0) {
                some.add(id);
            }
        });
        return some;
    }
}
