package io.datastreamx.ml.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.ContractJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ModelDocumentTest {
    private final ModelDocument model = Examples.model(new Random(1));

    @Test
    void survivesItsFile() {
        ModelDocument read = ModelDocument.read(model.write());
        assertEquals(model, read);
        assertEquals(
                new String(model.write(), StandardCharsets.UTF_8), new String(read.write(), StandardCharsets.UTF_8));
    }

    @Test
    void withoutCalibrationProbabilitiesStayAsTheyAre() {
        ModelDocument plain = changed(json -> ((ObjectNode) json.get("fill")).remove("calibration"));
        assertEquals(Calibration.IDENTITY, plain.fill().calibration());
        assertEquals(0.37, new IsotonicCurve(Calibration.IDENTITY).at(0.37));
    }

    /** What nights have written before they knew of answer times and floors. */
    @Test
    void aFileOfBeforeIsReadAsItWasMeant() {
        ModelDocument old = changed(json -> json.remove(List.of("features_version", "aggregators")));
        assertEquals(1, old.featuresVersion());
        AdSlot slot = Examples.slot(new Random(4));
        Expectation expected = new LogisticScorer(old).estimate(slot, Examples.terms("a0", 1, 2_000_000));
        assertEquals(new LogisticScorer(old).fillProbability(slot, "a0"), expected.fill());
        assertEquals(Math.min(slot.timeLeftMs(), 300) / 2.0, expected.answerMs());
    }

    @Test
    void corruptFilesAreRefused() {
        byte[] whole = model.write();
        refused(() -> ModelDocument.read(Arrays.copyOf(whole, whole.length / 2)));
        refused(() -> ModelDocument.read("null".getBytes(StandardCharsets.UTF_8)));
        refused(() -> changed(json -> json.remove("model_version")));
        refused(() -> changed(json -> json.remove("completion")));
        refused(() -> changed(json -> json.remove("training")));
        refused(() -> changed(json -> ((ObjectNode) json.get("fill")).remove("intercept")));
        refused(() -> changed(json -> coefficients(json).remove(0)));
        refused(() -> changed(json -> coefficients(json).addNull()));
        refused(() ->
                changed(json -> coefficients(json).set(0, coefficients(json).textNode("NaN"))));
        refused(() ->
                changed(json -> coefficients(json).set(0, coefficients(json).numberNode(Double.POSITIVE_INFINITY))));
        refused(() -> changed(json -> ((ArrayNode) json.get("features")).set(0, json.textNode("color=red"))));
        refused(() -> changed(json ->
                ((ArrayNode) json.get("features")).set(0, json.get("features").get(1))));
        refused(() ->
                changed(json -> ((ArrayNode) json.at("/fill/calibration/boundaries")).set(0, json.numberNode(0.95))));
        refused(() -> changed(json -> ((ArrayNode) json.at("/fill/calibration/predictions")).remove(0)));
        refused(() -> changed(json -> ((ObjectNode) json.get("price_micros")).put("ch=ch1", 5)));
        refused(() -> changed(json -> ((ObjectNode) json.get("price_micros")).put("agg=a0", -5)));
        refused(() -> changed(json -> ((ObjectNode) json.get("price_micros")).put("agg=a0", 1_000_000_000_001L)));
        refused(() -> changed(json -> json.put("features_version", FeatureEncoder.VERSION + 1)));
        refused(() -> changed(json -> ((ObjectNode) json.at("/aggregators/a0")).put("fill_shift", 3.1)));
        refused(() -> changed(json -> ((ObjectNode) json.at("/aggregators/a0")).remove("completion_shift")));
        refused(() -> changed(json ->
                ((ArrayNode) json.at("/aggregators/a0/answer_times")).add(json.at("/aggregators/a0/answer_times/0"))));
        refused(() -> changed(json ->
                ((ArrayNode) json.at("/aggregators/a0/answer_times/1/answered")).set(2, json.numberNode(1.01))));
        refused(() ->
                changed(json -> ((ArrayNode) json.at("/aggregators/a0/answer_times/1/ms")).set(0, json.numberNode(0))));
        refused(() -> changed(json -> ((ObjectNode) json.at("/aggregators/a0/price_spread")).put("mean", 0)));
    }

    private static ArrayNode coefficients(ObjectNode json) {
        return (ArrayNode) json.at("/fill/coefficients");
    }

    private ModelDocument changed(Consumer<ObjectNode> change) {
        ObjectNode json = ContractJson.MAPPER.valueToTree(model);
        change.accept(json);
        return ModelDocument.read(ContractJson.bytes(json));
    }

    private static void refused(Runnable read) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, read::run);
        assertTrue(refusal.getMessage().length() > 20, "a refusal says what is wrong: " + refusal.getMessage());
    }
}
