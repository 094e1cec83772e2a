package io.datastreamx.verification;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The nineteen sums, and what each event adds to them. */
final class Sums {
    static final List<String> NAMES = List.of(
            "requests",
            "decisions",
            "expired",
            "no_candidates",
            "responses",
            "fills",
            "no_fills",
            "timeouts",
            "response_errors",
            "impressions",
            "starts",
            "completes",
            "playback_errors",
            "implausible_clocks",
            "completed_price_micros",
            "completes_without_fill",
            "unfilled_price_micros",
            "tune_ins",
            "tuned_s");
    private static final int FILLS = at("fills");
    private static final int RESPONSE_ERRORS = at("response_errors");
    private static final int RESPONSES = at("responses");
    private static final int COMPLETES = at("completes");
    private static final int IMPLAUSIBLE_CLOCKS = at("implausible_clocks");
    private static final int COMPLETED_PRICE_MICROS = at("completed_price_micros");
    private static final int COMPLETES_WITHOUT_FILL = at("completes_without_fill");
    private static final int UNFILLED_PRICE_MICROS = at("unfilled_price_micros");
    private static final int TUNED_S = at("tuned_s");

    /** For an event that adds to nothing. */
    static final int NOTHING = -1;

    private Sums() {}

    /** The sum to which the event adds one, or its seconds in the case of {@code tuned_s}. */
    static int mainOf(JsonNode event) {
        return switch (event.get("event_type").textValue()) {
            case "ad_request" -> at("requests");
            case "ad_decision" ->
                switch (event.get("status").textValue()) {
                    case "routed" -> at("decisions");
                    case "expired" -> at("expired");
                    default -> at("no_candidates");
                };
            case "response" ->
                switch (event.get("outcome").textValue()) {
                    case "fill" -> at("fills");
                    case "no_fill" -> at("no_fills");
                    case "timeout" -> at("timeouts");
                    default -> at("response_errors");
                };
            case "impression" -> at("impressions");
            case "start" -> at("starts");
            case "complete" -> at("completes");
            case "error" -> at("playback_errors");
            case "tune_in" -> at("tune_ins");
            case "tune_out", "heartbeat" -> at("tuned_s");
            default -> NOTHING;
        };
    }

    /** The seconds or the price as told that go with {@link #mainOf}; 0 where it only counts. */
    static long amountOf(JsonNode event) {
        return switch (event.get("event_type").textValue()) {
            case "complete" -> event.get("price_micros").longValue();
            case "tune_out", "heartbeat" -> event.get("duration_s").longValue();
            default -> 0;
        };
    }

    /** @param times 1 to add the fact, -1 to take it away again */
    static void add(long[] sums, Fact fact, int times) {
        int main = fact.sum();
        if (fact.wrongClock()) {
            sums[IMPLAUSIBLE_CLOCKS] += times;
        }
        if (main == NOTHING) {
            return;
        }
        if (main == TUNED_S) {
            sums[main] += times * fact.amount();
            return;
        }
        sums[main] += times;
        if (main >= FILLS && main <= RESPONSE_ERRORS) {
            sums[RESPONSES] += times;
        } else if (main == COMPLETES) {
            sums[COMPLETED_PRICE_MICROS] += times * fact.amount();
            if (fact.withoutFill()) {
                sums[COMPLETES_WITHOUT_FILL] += times;
                sums[UNFILLED_PRICE_MICROS] += times * fact.amount();
            }
        }
    }

    private static int at(String name) {
        return NAMES.indexOf(name);
    }
}
