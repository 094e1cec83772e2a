package io.datastreamx.ml.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.ContractJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
