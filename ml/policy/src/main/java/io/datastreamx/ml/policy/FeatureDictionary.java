package io.datastreamx.ml.policy;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Tokens and their places in the feature vector. Tokens that it does not hold are ignored: their weight is 0. */
public final class FeatureDictionary {
    private final List<String> tokens;
    private final Map<String, Integer> indexes;

    /** @param tokens place in the list = place in the vector; none twice */
    public FeatureDictionary(List<String> tokens) {
        this.tokens = List.copyOf(tokens);
        this.indexes = new HashMap<>(tokens.size() * 2);
        for (String token : this.tokens) {
            if (indexes.put(token, indexes.size()) != null) {
                throw new IllegalArgumentException("feature '" + token + "' stands twice in the dictionary");
            }
        }
    }

    /**
     * The dictionary of these tokens in alphabetical order, so that the same tokens always give the same dictionary.
     */
    public static FeatureDictionary ofObserved(Collection<String> observed) {
        return new FeatureDictionary(List.copyOf(new TreeSet<>(observed)));
    }

    public List<String> tokens() {
        return tokens;
    }

    public int size() {
        return tokens.size();
    }

    /** Places of the known ones among these tokens, ascending, as a sparse vector wants them. */
    public int[] indexes(Collection<String> present) {
        return present.stream()
                .map(indexes::get)
                .filter(index -> index != null)
                .mapToInt(Integer::intValue)
                .sorted()
                .distinct()
                .toArray();
    }
}
