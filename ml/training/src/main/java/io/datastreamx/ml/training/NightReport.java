package io.datastreamx.ml.training;

import io.datastreamx.ml.evaluation.Estimate;
import io.datastreamx.ml.evaluation.Estimator;
import io.datastreamx.ml.evaluation.Support;
import io.datastreamx.ml.policy.ModelDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a night learned, as one HTML page that needs nothing besides itself: the verdict with its reasons, what the
 * policy would earn, how far probabilities are right, and whether the log can be trusted to say so.
 */
final class NightReport {
    private static final String OURS = "#1668b8";
    private static final String THEIRS = "#d9822b";
    private static final String ANY = "#8a94a0";
    private static final double LARGEST_DOT = 7;
    /** Fewer attempts show noise. */
    private static final long LEAST_BIN = 10;

    private static final double MICROS = 1e6;

    private NightReport() {}

    /** @param earlier what was found of earlier models, oldest first */
    static String of(ModelDocument model, Learning.Metrics metrics, List<Learning.Metrics> earlier) {
        Evaluation found = metrics.evaluation();
        Verdict verdict = metrics.verdict();
        Estimate candidate = Evaluation.by(Estimator.DR, found.candidate());
        Estimate inForce = Evaluation.by(Estimator.DR, found.inForce());
        Estimate uniform = Evaluation.by(Estimator.SNIPS, found.uniform());
        Estimate difference = Evaluation.by(Estimator.DR, found.difference());
        StringBuilder page = new StringBuilder();
        page.append(head(model.modelVersion()));
        page.append(text(
                "<header><h1>%s</h1><p>%s &middot; run %s &middot; trained %s</p></header>",
                Svg.escape(model.modelVersion()),
                Svg.escape(metrics.family()),
                Svg.escape(metrics.training().runId()),
                Svg.escape(metrics.training().trainedAt())));
        page.append(text(
                "<section class='verdict %s'><h2>%s</h2>",
                verdict.passed() ? "passed" : "refused", verdict.passed() ? "Passed the gate" : "Refused by the gate"));
        page.append(text(
                "<p>Asked: <b>%s</b>. %s</p>",
                verdict.rule().code(),
                verdict.rule() == Gate.Rule.REFRESH
                        ? "The same family on newer data: it must not earn less by more than 1 %, with 96 % confidence."
                        : "Another model than the one in force: it must earn more, with 96 % confidence."));
        if (!verdict.reasons().isEmpty()) {
            page.append("<ul>");
            verdict.reasons()
                    .forEach(reason ->
                            page.append("<li>").append(Svg.escape(reason)).append("</li>"));
            page.append("</ul>");
        }
        page.append("</section>");
        page.append(inWords(found, candidate, inForce, difference));
        page.append("<section class='tiles'>");
        page.append(tile("earns per 1,000 requests", Svg.number(units(candidate.value())), "in units of the currency"));
        page.append(tile(
                "against the policy in force",
                percent(difference.value(), inForce.value()),
                percent(difference.low(), inForce.value()) + " to " + percent(difference.high(), inForce.value())));
        page.append(tile(
                "lift over uniform",
                percent(candidate.value() - uniform.value(), uniform.value()),
                "policy in force " + percent(inForce.value() - uniform.value(), uniform.value())));
        page.append(tile(
                "held-out decisions",
                text("%,d", found.decisions()),
                text("worth %,.0f of its own", candidate.effectiveSampleSize())));
        page.append("</section>");

        List<Svg.Bar> values = new ArrayList<>();
        found.candidate().forEach(one -> values.add(bar("this model, " + name(one), one, OURS)));
        found.inForce().forEach(one -> values.add(bar("in force, " + name(one), one, THEIRS)));
        found.uniform().forEach(one -> values.add(bar("uniform, " + name(one), one, ANY)));
        page.append(section(
                "What the policies earn",
                "Units of the currency per 1,000 requests, of the whole chain of attempts, with 95 % intervals. Dashed: what the log earned. "
                        + "DM believes the model alone, IPS and SNIPS the log alone; DR and SNDR use both, and DR decides.",
                Svg.intervals(values, units(found.earned()), "values of the policies")));

        List<Svg.Bar> differences = new ArrayList<>();
        found.difference().forEach(one -> differences.add(bar(name(one), one, OURS)));
        differences.add(new Svg.Bar(
                "DR, bootstrap",
                units(found.bootstrap().low()),
                units(difference.value()),
                units(found.bootstrap().high()),
                ANY));
        differences.add(new Svg.Bar(
                "DR, any number of looks",
                units(found.anytime().low()),
                units(difference.value()),
                units(found.anytime().high()),
                ANY));
        double least = verdict.rule() == Gate.Rule.REFRESH ? -Gate.REFRESH_MARGIN * Math.abs(inForce.value()) : 0;
        page.append(section(
                "Difference on the same decisions",
                "This model minus the policy in force. Dashed: what the lower end of DR must exceed.",
                Svg.intervals(differences, units(least), "paired differences")));

        StringBuilder curves = new StringBuilder("<div class='small'>");
        for (Evaluation.Reliability one : found.reliability()) {
            long most = one.bins().stream()
                    .mapToLong(Evaluation.Bin::attempts)
                    .max()
                    .orElse(1);
            curves.append(Svg.reliability(
                    one.bins().stream()
                            .filter(bin -> bin.attempts() >= LEAST_BIN)
                            .map(bin -> new Svg.Point(
                                    bin.expected(),
                                    bin.observed(),
                                    2 + (LARGEST_DOT - 2) * Math.sqrt(bin.attempts() / (double) most)))
                            .toList(),
                    one.aggregatorId()));
        }
        curves.append("</div>");
        page.append(section(
                "Are the probabilities right?",
                "Observed share of fills (upwards) against the expected one, by tenths with at least ten attempts that training did not see. Dashed: both the same.",
                curves.toString()));
        page.append(aggregators(found));

        List<Svg.Bar> segments = found.segments().stream()
                .filter(segment -> segment.decisions() >= found.decisions() / 50)
                .map(segment -> bar(segment.by() + " " + segment.value(), segment.difference(), OURS))
                .toList();
        page.append(section(
                "By channel, region and part of the day",
                "Difference to the policy in force, units per 1,000 requests; segments with at least 2 % of the decisions.",
                Svg.intervals(segments, 0, "differences by segment")));

        List<Svg.Bar> odds = found.odds().stream()
                .map(one -> new Svg.Bar(
                        one.aggregatorId(),
                        one.meanWeight() - Support.TOLERANCE * one.standardError(),
                        one.meanWeight(),
                        one.meanWeight() + Support.TOLERANCE * one.standardError(),
                        Math.abs(one.off()) > Support.TOLERANCE ? "#c0392b" : "#2e8b57"))
                .toList();
        page.append(section(
                "Can the log be trusted?",
                text(
                        "Mean weight of each aggregator's first attempts: 1 where the logged propensities are those by which it was chosen; the lines reach 4 standard errors. "
                                + "%.2f %% of this model's choices were never made in the log; heaviest weight %.1f, mean weight %.4f.",
                        100 * found.unsupportedShare(), candidate.maxWeight(), candidate.meanWeight()),
                Svg.intervals(odds, 1, "mean weights")));
        page.append(sampleSizes(metrics.sampleSizes()));
        page.append(nights(metrics, earlier));
        page.append(card(model, metrics));
        return page.append("</main></body></html>\n").toString();
    }

    /** What one would say about it without a chart. */
    private static String inWords(Evaluation found, Estimate candidate, Estimate inForce, Estimate difference) {
        String who = found.championVersion() == null ? "a policy without a model" : Svg.escape(found.championVersion());
        String compared = difference.low() > 0
                ? "more than " + who + ", beyond doubt"
                : difference.high() < 0
                        ? "less than " + who + ", beyond doubt"
                        : "about what " + who + " does, as far as this log can tell";
        return text(
                "<section><p class='words'>With this model 1,000 requests would earn <b>%s</b>, %s: %s against %s, a difference between %s and %s. "
                        + "Judged on %,d decisions that its training had not seen.</p></section>",
                Svg.number(units(candidate.value())),
                compared,
                Svg.number(units(candidate.value())),
                Svg.number(units(inForce.value())),
                Svg.number(units(difference.low())),
                Svg.number(units(difference.high())),
                found.decisions());
    }

    private static String sampleSizes(List<SampleSize> sizes) {
        if (sizes.isEmpty()) {
            return section(
                    "Learning curve: by size of the log",
                    "Not asked for. <code>dsx ml train --curve</code> trains on an eighth, a quarter and half of the log as well.",
                    "");
        }
        StringBuilder table = new StringBuilder(
                "<table><thead><tr><th>trained on</th><th>decisions</th><th>log loss of P(fill)</th><th>of a constant</th><th>calibration error</th></tr></thead><tbody>");
        List<Svg.Bar> values = new ArrayList<>();
        for (SampleSize size : sizes) {
            table.append(text(
                    "<tr><td>%.1f %%</td><td>%,d</td><td>%.4f</td><td>%.4f</td><td>%.4f</td></tr>",
                    100 * size.share(),
                    size.decisions(),
                    size.fill().logLoss(),
                    size.fill().constantLogLoss(),
                    size.fill().calibrationError()));
            values.add(bar(text("%,d decisions", size.decisions()), size.value(), OURS));
        }
        return section(
                "Learning curve: by size of the log",
                "The same training on parts of what this model was trained on, each judged on the same decisions. Where log loss still falls from the last half to the whole, "
                        + "more of the log is worth having. The chart: units per 1,000 requests with 95 % intervals (DR).",
                table.append("</tbody></table>").toString() + Svg.intervals(values, Double.NaN, "earnings by size"));
    }

    private static String card(ModelDocument model, Learning.Metrics metrics) {
        Evaluation found = metrics.evaluation();
        StringBuilder table = new StringBuilder("<table class='facts'><tbody>");
        fact(
                table,
                "what it says",
                "of each aggregator: whether it answers in time and fills, whether its ad is watched to its end, at what price and after how long");
        fact(
                table,
                "learned from",
                text(
                        "batch version %s, up to ingest batch %d",
                        model.training().batchVersion(), model.training().cut()));
        fact(
                table,
                "made by",
                text(
                        "run %s, seed %d, code %s",
                        model.training().runId(), model.training().seed(), metrics.codeVersion()));
        fact(table, "size", text("%,d features, %,d bytes", model.features().size(), found.modelBytes()));
        fact(
                table,
                "judged as",
                metrics.judged().modelVersion() + ", sha256 " + metrics.judged().sha256());
        fact(table, "P(fill)", quality(found.fill()));
        fact(table, "P(complete | fill)", quality(found.completion()));
        fact(table, "holds for", "requests like those of the held-out hours, and aggregators that do as they did");
        return section(
                "Model card",
                "What passed was fitted again on all of the window after it was judged. The same as Markdown: <code>dsx model show</code>.",
                table.append("</tbody></table>").toString());
    }

    private static void fact(StringBuilder table, String what, String value) {
        table.append("<tr><td>")
                .append(Svg.escape(what))
                .append("</td><td>")
                .append(Svg.escape(value))
                .append("</td></tr>");
    }

    private static String quality(Quality quality) {
        return text(
                "log loss %.4f, a constant has %.4f; calibration error %.4f; rate %.3f of %,d",
                quality.logLoss(),
                quality.constantLogLoss(),
                quality.calibrationError(),
                quality.rate(),
                quality.rows());
    }

    private static double units(double micros) {
        return micros / MICROS;
    }

    private static String aggregators(Evaluation found) {
        StringBuilder table = new StringBuilder(
                "<table><thead><tr><th>aggregator</th><th>first attempts</th><th>fills</th><th>expected</th><th>observed / expected</th>"
                        + "<th>completes / expected</th><th>price (CPM)</th><th>price / expected</th></tr></thead><tbody>");
        for (Evaluation.Reliability one : found.reliability()) {
            boolean off = Math.abs(one.fills() - one.expectedFills()) > 4 * one.fillError();
            table.append(text(
                    "<tr><td>%s</td><td>%,d</td><td>%,d</td><td>%,.0f</td><td class='%s'>%s</td><td>%s</td><td>%.2f</td><td>%s</td></tr>",
                    Svg.escape(one.aggregatorId()),
                    one.attempts(),
                    one.fills(),
                    one.expectedFills(),
                    off ? "off" : "",
                    ratio(one.fills(), one.expectedFills()),
                    ratio(one.completes(), one.expectedCompletes()),
                    units(one.priceMicros()),
                    ratio(one.priceMicros(), one.expectedPriceMicros())));
        }
        return section(
                "Drift by aggregator",
                "Held-out attempts against a model that was trained before them. Marked: more than 4 standard errors off. What has changed is calibrated anew in the model that is served.",
                table.append("</tbody></table>").toString());
    }

    private static String nights(Learning.Metrics metrics, List<Learning.Metrics> earlier) {
        if (earlier.isEmpty()) {
            return section("Learning curve: night by night", "There is one from the second model on.", "");
        }
        List<Learning.Metrics> all = new ArrayList<>(earlier);
        all.add(metrics);
        List<String> names = all.stream().map(one -> one.training().runId()).toList();
        return section(
                "Learning curve: night by night",
                "Estimated earnings, units per 1,000 requests, and log loss of P(fill), each on decisions that the night's training did not see.",
                Svg.nights(
                                names,
                                all.stream()
                                        .map(one -> units(Evaluation.by(
                                                        Estimator.DR,
                                                        one.evaluation().candidate())
                                                .value()))
                                        .toList(),
                                "earnings by night")
                        + Svg.nights(
                                names,
                                all.stream()
                                        .map(one -> one.evaluation().fill().logLoss())
                                        .toList(),
                                "log loss of fill by night"));
    }

    private static Svg.Bar bar(String label, Estimate estimate, String colour) {
        boolean known = estimate.decisions() > 1;
        return new Svg.Bar(
                label,
                units(known ? estimate.low() : estimate.value()),
                units(estimate.value()),
                units(known ? estimate.high() : estimate.value()),
                colour);
    }

    private static String name(Estimate estimate) {
        return estimate.estimator().name().replace('_', '-');
    }

    private static String section(String title, String words, String content) {
        return text("<section><h2>%s</h2><p>%s</p>%s</section>", title, words, content);
    }

    private static String tile(String what, String figure, String below) {
        return text("<div><span>%s</span><b>%s</b><small>%s</small></div>", what, figure, below);
    }

    private static String percent(double part, double whole) {
        return whole == 0 ? "&ndash;" : text("%+.1f %%", 100 * part / Math.abs(whole));
    }

    private static String ratio(double observed, double expected) {
        return expected == 0 ? "&ndash;" : text("%.3f", observed / expected);
    }

    private static String head(String title) {
        return """
                <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title><style>
                body{font:15px/1.5 system-ui,sans-serif;color:#1c2733;background:#f4f6f8;margin:0}main{max-width:860px;margin:0 auto;padding:24px}
                header h1{margin:0;font-size:26px}header p{margin:2px 0 16px;color:#5b6773}
                section{background:#fff;border:1px solid #dde3e9;border-radius:8px;padding:16px 20px;margin:0 0 16px}h2{margin:0 0 6px;font-size:17px}p{margin:0 0 10px;color:#44505c}
                .verdict{border-left:6px solid}.passed{border-left-color:#2e8b57}.refused{border-left-color:#c0392b}.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:16px}
                .tiles div{display:flex;flex-direction:column}.tiles span,.tiles small{color:#5b6773;font-size:13px}.tiles b{font-size:24px}
                svg{max-width:100%%;height:auto;display:block}svg text{font:12px system-ui,sans-serif;fill:#44505c}.mark{stroke:#5b6773;stroke-dasharray:4 4}.grid{stroke:#eef1f4}svg .tick{font-size:11px;fill:#8a94a0}.words{font-size:16px;margin:0}.frame{fill:none;stroke:#dde3e9}
                .curve{fill:none;stroke:#1668b8;stroke-width:2}.dot{fill:#1668b8}.small{display:grid;grid-template-columns:repeat(auto-fill,minmax(180px,1fr));gap:8px}
                table{border-collapse:collapse;width:100%%;font-size:13px}th,td{text-align:right;padding:4px 8px;border-bottom:1px solid #e8edf1}th:first-child,td:first-child{text-align:left}
                .off{color:#c0392b;font-weight:600}.facts td{text-align:left;overflow-wrap:anywhere}.facts td:first-child{color:#5b6773;white-space:nowrap}
                </style></head><body><main>""".formatted(Svg.escape(title));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
