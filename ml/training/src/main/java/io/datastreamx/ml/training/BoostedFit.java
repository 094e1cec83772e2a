package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.datastreamx.contract.ContractJson;
import io.datastreamx.ml.policy.Forest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.classification.GBTClassificationModel;
import org.apache.spark.ml.classification.GBTClassifier;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.DecisionTreeRegressionModel;
import org.apache.spark.ml.tree.CategoricalSplit;
import org.apache.spark.ml.tree.InternalNode;
import org.apache.spark.ml.tree.LeafNode;
import org.apache.spark.ml.tree.Node;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Gradient-boosted trees by MLlib over places of values ({@link Forest#places}). Where the label has only one value
 * there is nothing to tell apart, and the model is a constant.
 *
 * @param values of which places; a forest without trees
 * @param intercept log-odds where the model is a constant, else 0
 * @param boosted MLlib's model; null where the model is a constant
 */
record BoostedFit(Forest values, double intercept, GBTClassificationModel boosted) {
    private static final int TREES = 20;
    private static final int DEPTH = 4;
    private static final double STEP = 0.2;
    private static final int LEAST_ROWS_OF_A_LEAF = 30;
    /** MLlib's margin is half of the log-odds. */
    private static final double LOG_ODDS = 2;

    /** @param train rows of attempts with {@link LogisticFit#LABEL} and {@link LearningWindow#WEIGHT} */
    static BoostedFit of(Forest values, Dataset<Row> train, long seed) {
        Seen seen = Seen.of(train);
        if (!seen.varies()) {
            return new BoostedFit(values, seen.margin(), null);
        }
        Dataset<Row> input = encode(values, train)
                .select(Features.COLUMN, LogisticFit.LABEL, LearningWindow.WEIGHT)
                .coalesce(1 + (int) (seen.rows() / 100_000));
        return new BoostedFit(
                values,
                0,
                new GBTClassifier()
                        .setFeaturesCol(Features.COLUMN)
                        .setLabelCol(LogisticFit.LABEL)
                        .setWeightCol(LearningWindow.WEIGHT)
                        .setMaxIter(TREES)
                        .setMaxDepth(DEPTH)
                        .setStepSize(STEP)
                        .setMaxBins(Forest.MOST_VALUES)
                        .setMinInstancesPerNode(LEAST_ROWS_OF_A_LEAF)
                        .setSeed(seed)
                        .fit(input));
    }

    /**
     * Adds {@link Features#COLUMN}: places of the values, and behind them whether the attempt was a fallback, which
     * exists in training only, as in {@link Features}.
     */
    static Dataset<Row> encode(Forest values, Dataset<Row> attempts) {
        List<String> fields = values.fields();
        Attribute[] attributes = new Attribute[fields.size() + 1];
        for (int i = 0; i < fields.size(); i++) {
            attributes[i] = NominalAttribute.defaultAttr()
                    .withName(fields.get(i))
                    .withNumValues(1 + values.values().get(fields.get(i)).size());
        }
        attributes[fields.size()] =
                NominalAttribute.defaultAttr().withName("fallback").withNumValues(2);
        Attempts.Function<Vector> places = new PlacesOf(values);
        return attempts.withColumn(
                Features.COLUMN,
                Attempts.apply(places, SQLDataTypes.VectorType())
                        .as(Features.COLUMN, new AttributeGroup(Features.COLUMN, attributes).toMetadata()));
    }

    /** Carries the values as JSON, which executors read once. */
    private static final class PlacesOf implements Attempts.Function<Vector> {
        private static final long serialVersionUID = 1L;

        private final byte[] json;
        private transient Forest values;

        PlacesOf(Forest values) {
            this.json = ContractJson.bytes(values);
        }

        @Override
        public Vector of(Attempts.Asked asked) {
            if (values == null) {
                values = Forest.read(json);
            }
            int[] places = values.places(asked.slot(), asked.aggregatorId());
            double[] all = Arrays.stream(places).asDoubleStream().toArray();
            all = Arrays.copyOf(all, all.length + 1);
            all[all.length - 1] = asked.position() > 1 ? 1 : 0;
            return Vectors.dense(all);
        }
    }

    /** Adds {@link LogisticFit#RAW} as MLlib computes it. */
    Dataset<Row> raw(Dataset<Row> attempts) {
        if (boosted == null) {
            return attempts.withColumn(LogisticFit.RAW, expr(1 / (1 + Math.exp(-intercept)) + "D"));
        }
        return boosted.setRawPredictionCol("margin")
                .setProbabilityCol("probabilities")
                .setPredictionCol("predicted")
                .transform(encode(values, attempts))
                .withColumn(
                        LogisticFit.RAW,
                        functions
                                .vector_to_array(col("probabilities"), "float64")
                                .getItem(1))
                .drop("margin", "probabilities", "predicted", Features.COLUMN);
    }

    /** For the scorer in plain Java. */
    List<Forest.Tree> export() {
        List<Forest.Tree> trees = new ArrayList<>();
        if (boosted != null) {
            DecisionTreeRegressionModel[] all = boosted.trees();
            for (int i = 0; i < all.length; i++) {
                List<Forest.Node> nodes = new ArrayList<>();
                add(all[i].rootNode(), LOG_ODDS * boosted.treeWeights()[i], nodes);
                trees.add(new Forest.Tree(nodes));
            }
        }
        return trees;
    }

    private void add(Node node, double scale, List<Forest.Node> nodes) {
        if (node instanceof LeafNode leaf) {
            nodes.add(Forest.Node.leaf(scale * leaf.prediction()));
            return;
        }
        InternalNode question = (InternalNode) node;
        CategoricalSplit split = (CategoricalSplit) question.split();
        List<Integer> in = Arrays.stream(split.leftCategories())
                .mapToObj(place -> (int) place)
                .sorted()
                .toList();
        if (split.featureIndex() == values.fields().size()) {
            // What is served is no fallback.
            add(in.contains(0) ? question.leftChild() : question.rightChild(), scale, nodes);
            return;
        }
        int place = nodes.size();
        nodes.add(null);
        int yes = nodes.size();
        add(question.leftChild(), scale, nodes);
        int no = nodes.size();
        add(question.rightChild(), scale, nodes);
        nodes.set(place, new Forest.Node(values.fields().get(split.featureIndex()), in, yes, no, 0));
    }
}
