package io.datastreamx.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Models.Act;
import io.datastreamx.lake.Models.Action;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsTest {
    private static final Instant T0 = Instant.parse("2026-11-22T10:00:00Z");
    private static final int ROLLBACK = -1;

    @Test
    void theRegistrySaysWhatBecameOfEachModel(@TempDir Path folder) {
        Lake lake = new Lake("file://" + folder);
        ModelRegistry registry = lake.models();
        assertThat(registry.read().inForce()).isEmpty();
        var good = registry.register(
                "good",
                "n1",
                T0,
                new byte[] {1},
                "{\"a\":1}".getBytes(StandardCharsets.UTF_8),
                Map.of("card.md", "# good"));
        registry.register(
                "good",
                "n1",
                T0,
                new byte[] {1},
                "{\"a\":1}".getBytes(StandardCharsets.UTF_8),
                Map.of("card.md", "# good"));
        registry.register(
                "bad", "n2", T0, new byte[] {2}, "{}".getBytes(StandardCharsets.UTF_8), Map.of("card.md", "# bad"));
        registry.reject("bad", "n2", T0, "{\"why\":[]}");
        registry.record(Action.PROMOTED, Optional.of(good), "p1", "n1", T0.plusSeconds(5), "{}");

        Models models = registry.read();
        assertThat(models.acts())
                .extracting(Act::action)
                .containsExactly(Action.REGISTERED, Action.REGISTERED, Action.REJECTED, Action.PROMOTED);
        assertThat(models.list())
                .extracting(Models.Model::modelVersion, Models.Model::status, Models.Model::inForce)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("good", Action.PROMOTED, true),
                        org.assertj.core.groups.Tuple.tuple("bad", Action.REJECTED, false));
        assertThat(models.decidedSince(T0, "another")).map(Act::policyVersion).contains("p1");
        assertThat(models.decidedSince(T0, "n1")).isEmpty();
        assertThat(models.decidedSince(T0.plusSeconds(5), "another")).isEmpty();
        assertThat(registry.card("good")).isEqualTo("# good");

        registry.record(Action.ROLLED_BACK, Optional.empty(), "p2", "manual", T0, "{}");
        assertThat(registry.read().inForce()).isEmpty();
        assertThat(registry.read().held()).map(Act::policyVersion).contains("p2");
        registry.lift(T0.plusSeconds(60));
        assertThat(registry.read().held()).isEmpty();
        assertThat(registry.read().list())
                .extracting(Models.Model::modelVersion, Models.Model::status, Models.Model::inForce)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("good", Action.ROLLED_BACK, false),
                        org.assertj.core.groups.Tuple.tuple("bad", Action.REJECTED, false));
        assertThatThrownBy(() -> registry.reference("none")).hasMessageContaining("there is no model none");
    }

    @Test
    void aCanaryIsTriedBesideTheModelInForceUntilSomethingElseIsDecided() {
        Act first = act(0, Action.PROMOTED, "m0");
        Act tried = act(1, Action.CANARY, "m1");
        Models during = new Models(List.of(first, tried));
        assertThat(during.canary()).contains(tried);
        assertThat(during.inForce()).contains(first);
        assertThat(during.list()).extracting(Models.Model::canary).containsExactly(false, true);
        assertThat(during.list()).extracting(Models.Model::inForce).containsExactly(true, false);
        assertThat(during.held()).isEmpty();
        assertThat(during.decidedSince(first.at(), "another")).contains(tried);

        Act withdrawn = act(2, Action.WITHDRAWN, "m1");
        Models after = new Models(List.of(first, tried, withdrawn));
        assertThat(after.canary()).isEmpty();
        assertThat(after.inForce()).contains(first);
        assertThat(after.held()).contains(withdrawn);
        assertThat(new Models(List.of(first, tried, withdrawn, act(3, Action.LIFTED, ""))).held())
                .isEmpty();
        assertThat(new Models(List.of(first, tried, withdrawn, act(3, Action.CANARY, "m2"))).held())
                .isEmpty();

        Models promoted = new Models(List.of(first, tried, act(2, Action.PROMOTED, "m1")));
        assertThat(promoted.canary()).isEmpty();
        assertThat(promoted.inForce().orElseThrow().modelVersion()).isEqualTo("m1");
        assertThat(promoted.before()).contains(first);
    }

    @Test
    void aRollbackIsSaidOfWhatItGaveUpAndNotOfWhatItReturnedTo() {
        Models models = new Models(List.of(
                act(0, Action.PROMOTED, "first"),
                act(1, Action.PROMOTED, "second"),
                act(2, Action.ROLLED_BACK, "first")));
        assertThat(models.list())
                .extracting(Models.Model::modelVersion, Models.Model::status, Models.Model::inForce)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("first", Action.PROMOTED, true),
                        org.assertj.core.groups.Tuple.tuple("second", Action.ROLLED_BACK, false));
    }

    @Test
    void anActionThatIsNotKnownIsNamed(@TempDir Path folder) {
        Lake lake = new Lake("file://" + folder);
        Map<String, Object> row = new Act(T0, Action.PROMOTED, "m", "p", "r", "", "{}").row(T0);
        row.put("action", "shadowed");
        lake.table(Table.MODELS).append("later-edition", 1, List.of(row));
        assertThatThrownBy(() -> lake.models().read()).hasMessageContaining("column action: 'shadowed' is none of");
    }

    /** A promotion lays a model on top, a rollback takes the top off; the same model may lie there twice. */
    @Property
    void whatIsInForceIsWhatAStackSays(@ForAll("decisions") List<Integer> decisions) {
        List<Act> acts = new ArrayList<>();
        List<String> stack = new ArrayList<>();
        for (int decision : decisions) {
            if (decision != ROLLBACK) {
                stack.add("m" + decision);
                acts.add(act(acts.size(), Action.PROMOTED, "m" + decision));
            } else if (!top(stack).isEmpty()) {
                stack.remove(stack.size() - 1);
                acts.add(act(acts.size(), Action.ROLLED_BACK, top(stack)));
            }
        }
        Models models = new Models(acts);
        assertThat(models.inForce().map(Act::modelVersion).orElse("")).isEqualTo(top(stack));
        String below = stack.size() > 1 ? stack.get(stack.size() - 2) : "";
        assertThat(models.before().map(Act::modelVersion).orElse("")).isEqualTo(below);
    }

    @Provide
    Arbitrary<List<Integer>> decisions() {
        return Arbitraries.integers().between(ROLLBACK, 2).list().ofMaxSize(30);
    }

    private static String top(List<String> stack) {
        return stack.isEmpty() ? "" : stack.get(stack.size() - 1);
    }

    private static Act act(int second, Action action, String model) {
        return new Act(T0.plusSeconds(second), action, model, "p", "r", "", "{}");
    }
}
