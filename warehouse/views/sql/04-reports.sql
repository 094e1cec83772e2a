-- Generated from the contract; see README.md. Do not edit.
CREATE OR REPLACE VIEW `example-project.datastreamx.aggregator_channel_by_minute` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  minute OPTIONS(description = 'The minute of the event time.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  channel_id OPTIONS(description = 'The channel being viewed.'),
  requests OPTIONS(description = 'Ad opportunities asked for.'),
  decisions OPTIONS(description = 'Requests routed to an aggregator.'),
  expired OPTIONS(description = 'Requests seen only after their deadline.'),
  no_candidates OPTIONS(description = 'Requests that no aggregator could take.'),
  responses OPTIONS(description = 'Answers of aggregators, one per attempt.'),
  fills OPTIONS(description = 'Answers with an ad.'),
  no_fills OPTIONS(description = 'Answers without an ad.'),
  timeouts OPTIONS(description = 'Attempts that ran out of time.'),
  response_errors OPTIONS(description = 'Attempts that failed.'),
  impressions OPTIONS(description = 'Ads that began to render (VAST Impression).'),
  starts OPTIONS(description = 'Ads whose playback began (VAST start).'),
  completes OPTIONS(description = 'Ads played to the end (VAST complete).'),
  playback_errors OPTIONS(description = 'Ads that failed to play (VAST Error).'),
  implausible_clocks OPTIONS(description = 'Events whose time is older than 35 days or more than 25 hours ahead of their arrival; they count in the minute of it.'),
  completed_price_micros OPTIONS(description = 'Sum of CPM prices over completes, micro-units: of each the fill\'s, where its fill is known.'),
  completes_without_fill OPTIONS(description = 'Completes of ads of which no fill is known: only the box vouches for them.'),
  unfilled_price_micros OPTIONS(description = 'Sum of CPM prices over completes without a known fill, micro-units; part of completed_price_micros, no part of revenue_micros.'),
  tune_ins OPTIONS(description = 'Times a box tuned to a channel.'),
  tuned_s OPTIONS(description = 'Seconds tuned.'),
  revenue_micros OPTIONS(description = '(completed_price_micros - unfilled_price_micros) / 1000, rounded half up on the sum'),
  fill_rate OPTIONS(description = 'fills / responses'),
  render_rate OPTIONS(description = 'impressions / fills'),
  completion_rate OPTIONS(description = 'completes / starts'),
  timeout_rate OPTIONS(description = 'timeouts / responses'),
  ecpm_micros OPTIONS(description = 'revenue_micros × 1000 / impressions'),
  latency_p50 OPTIONS(description = 'Milliseconds that 50 % of responses did not exceed.'),
  latency_p95 OPTIONS(description = 'Milliseconds that 95 % of responses did not exceed.'),
  latency_p99 OPTIONS(description = 'Milliseconds that 99 % of responses did not exceed.')
)
OPTIONS(description = 'By minute and aggregator_id, channel_id: every measure, ratio and percentile. Filter on day.')
AS
SELECT day,
  minute,
  aggregator_id,
  channel_id,
  requests,
  decisions,
  expired,
  no_candidates,
  responses,
  fills,
  no_fills,
  timeouts,
  response_errors,
  impressions,
  starts,
  completes,
  playback_errors,
  implausible_clocks,
  completed_price_micros,
  completes_without_fill,
  unfilled_price_micros,
  tune_ins,
  tuned_s,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) AS revenue_micros,
  fills / NULLIF(responses, 0) AS fill_rate,
  impressions / NULLIF(fills, 0) AS render_rate,
  completes / NULLIF(starts, 0) AS completion_rate,
  timeouts / NULLIF(responses, 0) AS timeout_rate,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) * 1000 / NULLIF(impressions, 0) AS ecpm_micros,
  (
    SELECT low + (high - low) * (0.5 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.5 * total
    ORDER BY low LIMIT 1) AS latency_p50,
  (
    SELECT low + (high - low) * (0.95 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.95 * total
    ORDER BY low LIMIT 1) AS latency_p95,
  (
    SELECT low + (high - low) * (0.99 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.99 * total
    ORDER BY low LIMIT 1) AS latency_p99
FROM (
  SELECT day,
    minute,
    aggregator_id,
    channel_id,
    SUM(requests) AS requests,
    SUM(decisions) AS decisions,
    SUM(expired) AS expired,
    SUM(no_candidates) AS no_candidates,
    SUM(responses) AS responses,
    SUM(fills) AS fills,
    SUM(no_fills) AS no_fills,
    SUM(timeouts) AS timeouts,
    SUM(response_errors) AS response_errors,
    SUM(impressions) AS impressions,
    SUM(starts) AS starts,
    SUM(completes) AS completes,
    SUM(playback_errors) AS playback_errors,
    SUM(implausible_clocks) AS implausible_clocks,
    SUM(completed_price_micros) AS completed_price_micros,
    SUM(completes_without_fill) AS completes_without_fill,
    SUM(unfilled_price_micros) AS unfilled_price_micros,
    SUM(tune_ins) AS tune_ins,
    SUM(tuned_s) AS tuned_s,
    [STRUCT(0 AS low, 1 AS high, SUM(latency_ms_le_1) AS n), (1, 2, SUM(latency_ms_le_2)), (2, 3, SUM(latency_ms_le_3)), (3, 5, SUM(latency_ms_le_5)), (5, 7, SUM(latency_ms_le_7)), (7, 10, SUM(latency_ms_le_10)), (10, 15, SUM(latency_ms_le_15)), (15, 20, SUM(latency_ms_le_20)), (20, 25, SUM(latency_ms_le_25)), (25, 30, SUM(latency_ms_le_30)), (30, 40, SUM(latency_ms_le_40)), (40, 50, SUM(latency_ms_le_50)), (50, 60, SUM(latency_ms_le_60)), (60, 75, SUM(latency_ms_le_75)), (75, 100, SUM(latency_ms_le_100)), (100, 125, SUM(latency_ms_le_125)), (125, 150, SUM(latency_ms_le_150)), (150, 200, SUM(latency_ms_le_200)), (200, 250, SUM(latency_ms_le_250)), (250, 300, SUM(latency_ms_le_300)), (300, 400, SUM(latency_ms_le_400)), (400, 500, SUM(latency_ms_le_500)), (500, 750, SUM(latency_ms_le_750)), (750, 1000, SUM(latency_ms_le_1000)), (1000, 2000, SUM(latency_ms_le_2000)), (2000, 5000, SUM(latency_ms_le_5000)), (5000, 5000, SUM(latency_ms_gt_5000))] AS latency_buckets
  FROM `example-project.datastreamx.rollups`
  WHERE `rollup` = 'aggregator_channel' AND grain IN ('minute')
  GROUP BY day, minute, aggregator_id, channel_id);

CREATE OR REPLACE VIEW `example-project.datastreamx.aggregator_channel_by_hour` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  hour OPTIONS(description = 'The hour of the event time.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  channel_id OPTIONS(description = 'The channel being viewed.'),
  requests OPTIONS(description = 'Ad opportunities asked for.'),
  decisions OPTIONS(description = 'Requests routed to an aggregator.'),
  expired OPTIONS(description = 'Requests seen only after their deadline.'),
  no_candidates OPTIONS(description = 'Requests that no aggregator could take.'),
  responses OPTIONS(description = 'Answers of aggregators, one per attempt.'),
  fills OPTIONS(description = 'Answers with an ad.'),
  no_fills OPTIONS(description = 'Answers without an ad.'),
  timeouts OPTIONS(description = 'Attempts that ran out of time.'),
  response_errors OPTIONS(description = 'Attempts that failed.'),
  impressions OPTIONS(description = 'Ads that began to render (VAST Impression).'),
  starts OPTIONS(description = 'Ads whose playback began (VAST start).'),
  completes OPTIONS(description = 'Ads played to the end (VAST complete).'),
  playback_errors OPTIONS(description = 'Ads that failed to play (VAST Error).'),
  implausible_clocks OPTIONS(description = 'Events whose time is older than 35 days or more than 25 hours ahead of their arrival; they count in the minute of it.'),
  completed_price_micros OPTIONS(description = 'Sum of CPM prices over completes, micro-units: of each the fill\'s, where its fill is known.'),
  completes_without_fill OPTIONS(description = 'Completes of ads of which no fill is known: only the box vouches for them.'),
  unfilled_price_micros OPTIONS(description = 'Sum of CPM prices over completes without a known fill, micro-units; part of completed_price_micros, no part of revenue_micros.'),
  tune_ins OPTIONS(description = 'Times a box tuned to a channel.'),
  tuned_s OPTIONS(description = 'Seconds tuned.'),
  revenue_micros OPTIONS(description = '(completed_price_micros - unfilled_price_micros) / 1000, rounded half up on the sum'),
  fill_rate OPTIONS(description = 'fills / responses'),
  render_rate OPTIONS(description = 'impressions / fills'),
  completion_rate OPTIONS(description = 'completes / starts'),
  timeout_rate OPTIONS(description = 'timeouts / responses'),
  ecpm_micros OPTIONS(description = 'revenue_micros × 1000 / impressions'),
  latency_p50 OPTIONS(description = 'Milliseconds that 50 % of responses did not exceed.'),
  latency_p95 OPTIONS(description = 'Milliseconds that 95 % of responses did not exceed.'),
  latency_p99 OPTIONS(description = 'Milliseconds that 99 % of responses did not exceed.')
)
OPTIONS(description = 'By hour and aggregator_id, channel_id: every measure, ratio and percentile. Filter on day.')
AS
SELECT day,
  hour,
  aggregator_id,
  channel_id,
  requests,
  decisions,
  expired,
  no_candidates,
  responses,
  fills,
  no_fills,
  timeouts,
  response_errors,
  impressions,
  starts,
  completes,
  playback_errors,
  implausible_clocks,
  completed_price_micros,
  completes_without_fill,
  unfilled_price_micros,
  tune_ins,
  tuned_s,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) AS revenue_micros,
  fills / NULLIF(responses, 0) AS fill_rate,
  impressions / NULLIF(fills, 0) AS render_rate,
  completes / NULLIF(starts, 0) AS completion_rate,
  timeouts / NULLIF(responses, 0) AS timeout_rate,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) * 1000 / NULLIF(impressions, 0) AS ecpm_micros,
  (
    SELECT low + (high - low) * (0.5 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.5 * total
    ORDER BY low LIMIT 1) AS latency_p50,
  (
    SELECT low + (high - low) * (0.95 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.95 * total
    ORDER BY low LIMIT 1) AS latency_p95,
  (
    SELECT low + (high - low) * (0.99 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.99 * total
    ORDER BY low LIMIT 1) AS latency_p99
FROM (
  SELECT day,
    TIMESTAMP_TRUNC(minute, HOUR, 'UTC') AS hour,
    aggregator_id,
    channel_id,
    SUM(requests) AS requests,
    SUM(decisions) AS decisions,
    SUM(expired) AS expired,
    SUM(no_candidates) AS no_candidates,
    SUM(responses) AS responses,
    SUM(fills) AS fills,
    SUM(no_fills) AS no_fills,
    SUM(timeouts) AS timeouts,
    SUM(response_errors) AS response_errors,
    SUM(impressions) AS impressions,
    SUM(starts) AS starts,
    SUM(completes) AS completes,
    SUM(playback_errors) AS playback_errors,
    SUM(implausible_clocks) AS implausible_clocks,
    SUM(completed_price_micros) AS completed_price_micros,
    SUM(completes_without_fill) AS completes_without_fill,
    SUM(unfilled_price_micros) AS unfilled_price_micros,
    SUM(tune_ins) AS tune_ins,
    SUM(tuned_s) AS tuned_s,
    [STRUCT(0 AS low, 1 AS high, SUM(latency_ms_le_1) AS n), (1, 2, SUM(latency_ms_le_2)), (2, 3, SUM(latency_ms_le_3)), (3, 5, SUM(latency_ms_le_5)), (5, 7, SUM(latency_ms_le_7)), (7, 10, SUM(latency_ms_le_10)), (10, 15, SUM(latency_ms_le_15)), (15, 20, SUM(latency_ms_le_20)), (20, 25, SUM(latency_ms_le_25)), (25, 30, SUM(latency_ms_le_30)), (30, 40, SUM(latency_ms_le_40)), (40, 50, SUM(latency_ms_le_50)), (50, 60, SUM(latency_ms_le_60)), (60, 75, SUM(latency_ms_le_75)), (75, 100, SUM(latency_ms_le_100)), (100, 125, SUM(latency_ms_le_125)), (125, 150, SUM(latency_ms_le_150)), (150, 200, SUM(latency_ms_le_200)), (200, 250, SUM(latency_ms_le_250)), (250, 300, SUM(latency_ms_le_300)), (300, 400, SUM(latency_ms_le_400)), (400, 500, SUM(latency_ms_le_500)), (500, 750, SUM(latency_ms_le_750)), (750, 1000, SUM(latency_ms_le_1000)), (1000, 2000, SUM(latency_ms_le_2000)), (2000, 5000, SUM(latency_ms_le_5000)), (5000, 5000, SUM(latency_ms_gt_5000))] AS latency_buckets
  FROM `example-project.datastreamx.rollups`
  WHERE `rollup` = 'aggregator_channel' AND grain IN ('minute', 'hour')
  GROUP BY day, hour, aggregator_id, channel_id);

CREATE OR REPLACE VIEW `example-project.datastreamx.aggregator_channel_by_day` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  channel_id OPTIONS(description = 'The channel being viewed.'),
  requests OPTIONS(description = 'Ad opportunities asked for.'),
  decisions OPTIONS(description = 'Requests routed to an aggregator.'),
  expired OPTIONS(description = 'Requests seen only after their deadline.'),
  no_candidates OPTIONS(description = 'Requests that no aggregator could take.'),
  responses OPTIONS(description = 'Answers of aggregators, one per attempt.'),
  fills OPTIONS(description = 'Answers with an ad.'),
  no_fills OPTIONS(description = 'Answers without an ad.'),
  timeouts OPTIONS(description = 'Attempts that ran out of time.'),
  response_errors OPTIONS(description = 'Attempts that failed.'),
  impressions OPTIONS(description = 'Ads that began to render (VAST Impression).'),
  starts OPTIONS(description = 'Ads whose playback began (VAST start).'),
  completes OPTIONS(description = 'Ads played to the end (VAST complete).'),
  playback_errors OPTIONS(description = 'Ads that failed to play (VAST Error).'),
  implausible_clocks OPTIONS(description = 'Events whose time is older than 35 days or more than 25 hours ahead of their arrival; they count in the minute of it.'),
  completed_price_micros OPTIONS(description = 'Sum of CPM prices over completes, micro-units: of each the fill\'s, where its fill is known.'),
  completes_without_fill OPTIONS(description = 'Completes of ads of which no fill is known: only the box vouches for them.'),
  unfilled_price_micros OPTIONS(description = 'Sum of CPM prices over completes without a known fill, micro-units; part of completed_price_micros, no part of revenue_micros.'),
  tune_ins OPTIONS(description = 'Times a box tuned to a channel.'),
  tuned_s OPTIONS(description = 'Seconds tuned.'),
  revenue_micros OPTIONS(description = '(completed_price_micros - unfilled_price_micros) / 1000, rounded half up on the sum'),
  fill_rate OPTIONS(description = 'fills / responses'),
  render_rate OPTIONS(description = 'impressions / fills'),
  completion_rate OPTIONS(description = 'completes / starts'),
  timeout_rate OPTIONS(description = 'timeouts / responses'),
  ecpm_micros OPTIONS(description = 'revenue_micros × 1000 / impressions'),
  latency_p50 OPTIONS(description = 'Milliseconds that 50 % of responses did not exceed.'),
  latency_p95 OPTIONS(description = 'Milliseconds that 95 % of responses did not exceed.'),
  latency_p99 OPTIONS(description = 'Milliseconds that 99 % of responses did not exceed.')
)
OPTIONS(description = 'By day and aggregator_id, channel_id: every measure, ratio and percentile. Filter on day.')
AS
SELECT day,
  aggregator_id,
  channel_id,
  requests,
  decisions,
  expired,
  no_candidates,
  responses,
  fills,
  no_fills,
  timeouts,
  response_errors,
  impressions,
  starts,
  completes,
  playback_errors,
  implausible_clocks,
  completed_price_micros,
  completes_without_fill,
  unfilled_price_micros,
  tune_ins,
  tuned_s,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) AS revenue_micros,
  fills / NULLIF(responses, 0) AS fill_rate,
  impressions / NULLIF(fills, 0) AS render_rate,
  completes / NULLIF(starts, 0) AS completion_rate,
  timeouts / NULLIF(responses, 0) AS timeout_rate,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) * 1000 / NULLIF(impressions, 0) AS ecpm_micros,
  (
    SELECT low + (high - low) * (0.5 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.5 * total
    ORDER BY low LIMIT 1) AS latency_p50,
  (
    SELECT low + (high - low) * (0.95 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.95 * total
    ORDER BY low LIMIT 1) AS latency_p95,
  (
    SELECT low + (high - low) * (0.99 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.99 * total
    ORDER BY low LIMIT 1) AS latency_p99
FROM (
  SELECT day,
    aggregator_id,
    channel_id,
    SUM(requests) AS requests,
    SUM(decisions) AS decisions,
    SUM(expired) AS expired,
    SUM(no_candidates) AS no_candidates,
    SUM(responses) AS responses,
    SUM(fills) AS fills,
    SUM(no_fills) AS no_fills,
    SUM(timeouts) AS timeouts,
    SUM(response_errors) AS response_errors,
    SUM(impressions) AS impressions,
    SUM(starts) AS starts,
    SUM(completes) AS completes,
    SUM(playback_errors) AS playback_errors,
    SUM(implausible_clocks) AS implausible_clocks,
    SUM(completed_price_micros) AS completed_price_micros,
    SUM(completes_without_fill) AS completes_without_fill,
    SUM(unfilled_price_micros) AS unfilled_price_micros,
    SUM(tune_ins) AS tune_ins,
    SUM(tuned_s) AS tuned_s,
    [STRUCT(0 AS low, 1 AS high, SUM(latency_ms_le_1) AS n), (1, 2, SUM(latency_ms_le_2)), (2, 3, SUM(latency_ms_le_3)), (3, 5, SUM(latency_ms_le_5)), (5, 7, SUM(latency_ms_le_7)), (7, 10, SUM(latency_ms_le_10)), (10, 15, SUM(latency_ms_le_15)), (15, 20, SUM(latency_ms_le_20)), (20, 25, SUM(latency_ms_le_25)), (25, 30, SUM(latency_ms_le_30)), (30, 40, SUM(latency_ms_le_40)), (40, 50, SUM(latency_ms_le_50)), (50, 60, SUM(latency_ms_le_60)), (60, 75, SUM(latency_ms_le_75)), (75, 100, SUM(latency_ms_le_100)), (100, 125, SUM(latency_ms_le_125)), (125, 150, SUM(latency_ms_le_150)), (150, 200, SUM(latency_ms_le_200)), (200, 250, SUM(latency_ms_le_250)), (250, 300, SUM(latency_ms_le_300)), (300, 400, SUM(latency_ms_le_400)), (400, 500, SUM(latency_ms_le_500)), (500, 750, SUM(latency_ms_le_750)), (750, 1000, SUM(latency_ms_le_1000)), (1000, 2000, SUM(latency_ms_le_2000)), (2000, 5000, SUM(latency_ms_le_5000)), (5000, 5000, SUM(latency_ms_gt_5000))] AS latency_buckets
  FROM `example-project.datastreamx.rollups`
  WHERE `rollup` = 'aggregator_channel'
  GROUP BY day, aggregator_id, channel_id);

CREATE OR REPLACE VIEW `example-project.datastreamx.aggregator_region_device_model_by_minute` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  minute OPTIONS(description = 'The minute of the event time.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  region OPTIONS(description = 'Region of the box.'),
  device_model OPTIONS(description = 'Model of the box; OpenRTB Device.model.'),
  requests OPTIONS(description = 'Ad opportunities asked for.'),
  decisions OPTIONS(description = 'Requests routed to an aggregator.'),
  expired OPTIONS(description = 'Requests seen only after their deadline.'),
  no_candidates OPTIONS(description = 'Requests that no aggregator could take.'),
  responses OPTIONS(description = 'Answers of aggregators, one per attempt.'),
  fills OPTIONS(description = 'Answers with an ad.'),
  no_fills OPTIONS(description = 'Answers without an ad.'),
  timeouts OPTIONS(description = 'Attempts that ran out of time.'),
  response_errors OPTIONS(description = 'Attempts that failed.'),
  impressions OPTIONS(description = 'Ads that began to render (VAST Impression).'),
  starts OPTIONS(description = 'Ads whose playback began (VAST start).'),
  completes OPTIONS(description = 'Ads played to the end (VAST complete).'),
  playback_errors OPTIONS(description = 'Ads that failed to play (VAST Error).'),
  implausible_clocks OPTIONS(description = 'Events whose time is older than 35 days or more than 25 hours ahead of their arrival; they count in the minute of it.'),
  completed_price_micros OPTIONS(description = 'Sum of CPM prices over completes, micro-units: of each the fill\'s, where its fill is known.'),
  completes_without_fill OPTIONS(description = 'Completes of ads of which no fill is known: only the box vouches for them.'),
  unfilled_price_micros OPTIONS(description = 'Sum of CPM prices over completes without a known fill, micro-units; part of completed_price_micros, no part of revenue_micros.'),
  tune_ins OPTIONS(description = 'Times a box tuned to a channel.'),
  tuned_s OPTIONS(description = 'Seconds tuned.'),
  revenue_micros OPTIONS(description = '(completed_price_micros - unfilled_price_micros) / 1000, rounded half up on the sum'),
  fill_rate OPTIONS(description = 'fills / responses'),
  render_rate OPTIONS(description = 'impressions / fills'),
  completion_rate OPTIONS(description = 'completes / starts'),
  timeout_rate OPTIONS(description = 'timeouts / responses'),
  ecpm_micros OPTIONS(description = 'revenue_micros × 1000 / impressions'),
  latency_p50 OPTIONS(description = 'Milliseconds that 50 % of responses did not exceed.'),
  latency_p95 OPTIONS(description = 'Milliseconds that 95 % of responses did not exceed.'),
  latency_p99 OPTIONS(description = 'Milliseconds that 99 % of responses did not exceed.')
)
OPTIONS(description = 'By minute and aggregator_id, region, device_model: every measure, ratio and percentile. Filter on day.')
AS
SELECT day,
  minute,
  aggregator_id,
  region,
  device_model,
  requests,
  decisions,
  expired,
  no_candidates,
  responses,
  fills,
  no_fills,
  timeouts,
  response_errors,
  impressions,
  starts,
  completes,
  playback_errors,
  implausible_clocks,
  completed_price_micros,
  completes_without_fill,
  unfilled_price_micros,
  tune_ins,
  tuned_s,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) AS revenue_micros,
  fills / NULLIF(responses, 0) AS fill_rate,
  impressions / NULLIF(fills, 0) AS render_rate,
  completes / NULLIF(starts, 0) AS completion_rate,
  timeouts / NULLIF(responses, 0) AS timeout_rate,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) * 1000 / NULLIF(impressions, 0) AS ecpm_micros,
  (
    SELECT low + (high - low) * (0.5 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.5 * total
    ORDER BY low LIMIT 1) AS latency_p50,
  (
    SELECT low + (high - low) * (0.95 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.95 * total
    ORDER BY low LIMIT 1) AS latency_p95,
  (
    SELECT low + (high - low) * (0.99 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.99 * total
    ORDER BY low LIMIT 1) AS latency_p99
FROM (
  SELECT day,
    minute,
    aggregator_id,
    region,
    device_model,
    SUM(requests) AS requests,
    SUM(decisions) AS decisions,
    SUM(expired) AS expired,
    SUM(no_candidates) AS no_candidates,
    SUM(responses) AS responses,
    SUM(fills) AS fills,
    SUM(no_fills) AS no_fills,
    SUM(timeouts) AS timeouts,
    SUM(response_errors) AS response_errors,
    SUM(impressions) AS impressions,
    SUM(starts) AS starts,
    SUM(completes) AS completes,
    SUM(playback_errors) AS playback_errors,
    SUM(implausible_clocks) AS implausible_clocks,
    SUM(completed_price_micros) AS completed_price_micros,
    SUM(completes_without_fill) AS completes_without_fill,
    SUM(unfilled_price_micros) AS unfilled_price_micros,
    SUM(tune_ins) AS tune_ins,
    SUM(tuned_s) AS tuned_s,
    [STRUCT(0 AS low, 1 AS high, SUM(latency_ms_le_1) AS n), (1, 2, SUM(latency_ms_le_2)), (2, 3, SUM(latency_ms_le_3)), (3, 5, SUM(latency_ms_le_5)), (5, 7, SUM(latency_ms_le_7)), (7, 10, SUM(latency_ms_le_10)), (10, 15, SUM(latency_ms_le_15)), (15, 20, SUM(latency_ms_le_20)), (20, 25, SUM(latency_ms_le_25)), (25, 30, SUM(latency_ms_le_30)), (30, 40, SUM(latency_ms_le_40)), (40, 50, SUM(latency_ms_le_50)), (50, 60, SUM(latency_ms_le_60)), (60, 75, SUM(latency_ms_le_75)), (75, 100, SUM(latency_ms_le_100)), (100, 125, SUM(latency_ms_le_125)), (125, 150, SUM(latency_ms_le_150)), (150, 200, SUM(latency_ms_le_200)), (200, 250, SUM(latency_ms_le_250)), (250, 300, SUM(latency_ms_le_300)), (300, 400, SUM(latency_ms_le_400)), (400, 500, SUM(latency_ms_le_500)), (500, 750, SUM(latency_ms_le_750)), (750, 1000, SUM(latency_ms_le_1000)), (1000, 2000, SUM(latency_ms_le_2000)), (2000, 5000, SUM(latency_ms_le_5000)), (5000, 5000, SUM(latency_ms_gt_5000))] AS latency_buckets
  FROM `example-project.datastreamx.rollups`
  WHERE `rollup` = 'aggregator_region_device_model' AND grain IN ('minute')
  GROUP BY day, minute, aggregator_id, region, device_model);

CREATE OR REPLACE VIEW `example-project.datastreamx.aggregator_region_device_model_by_hour` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  hour OPTIONS(description = 'The hour of the event time.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  region OPTIONS(description = 'Region of the box.'),
  device_model OPTIONS(description = 'Model of the box; OpenRTB Device.model.'),
  requests OPTIONS(description = 'Ad opportunities asked for.'),
  decisions OPTIONS(description = 'Requests routed to an aggregator.'),
  expired OPTIONS(description = 'Requests seen only after their deadline.'),
  no_candidates OPTIONS(description = 'Requests that no aggregator could take.'),
  responses OPTIONS(description = 'Answers of aggregators, one per attempt.'),
  fills OPTIONS(description = 'Answers with an ad.'),
  no_fills OPTIONS(description = 'Answers without an ad.'),
  timeouts OPTIONS(description = 'Attempts that ran out of time.'),
  response_errors OPTIONS(description = 'Attempts that failed.'),
  impressions OPTIONS(description = 'Ads that began to render (VAST Impression).'),
  starts OPTIONS(description = 'Ads whose playback began (VAST start).'),
  completes OPTIONS(description = 'Ads played to the end (VAST complete).'),
  playback_errors OPTIONS(description = 'Ads that failed to play (VAST Error).'),
  implausible_clocks OPTIONS(description = 'Events whose time is older than 35 days or more than 25 hours ahead of their arrival; they count in the minute of it.'),
  completed_price_micros OPTIONS(description = 'Sum of CPM prices over completes, micro-units: of each the fill\'s, where its fill is known.'),
  completes_without_fill OPTIONS(description = 'Completes of ads of which no fill is known: only the box vouches for them.'),
  unfilled_price_micros OPTIONS(description = 'Sum of CPM prices over completes without a known fill, micro-units; part of completed_price_micros, no part of revenue_micros.'),
  tune_ins OPTIONS(description = 'Times a box tuned to a channel.'),
  tuned_s OPTIONS(description = 'Seconds tuned.'),
  revenue_micros OPTIONS(description = '(completed_price_micros - unfilled_price_micros) / 1000, rounded half up on the sum'),
  fill_rate OPTIONS(description = 'fills / responses'),
  render_rate OPTIONS(description = 'impressions / fills'),
  completion_rate OPTIONS(description = 'completes / starts'),
  timeout_rate OPTIONS(description = 'timeouts / responses'),
  ecpm_micros OPTIONS(description = 'revenue_micros × 1000 / impressions'),
  latency_p50 OPTIONS(description = 'Milliseconds that 50 % of responses did not exceed.'),
  latency_p95 OPTIONS(description = 'Milliseconds that 95 % of responses did not exceed.'),
  latency_p99 OPTIONS(description = 'Milliseconds that 99 % of responses did not exceed.')
)
OPTIONS(description = 'By hour and aggregator_id, region, device_model: every measure, ratio and percentile. Filter on day.')
AS
SELECT day,
  hour,
  aggregator_id,
  region,
  device_model,
  requests,
  decisions,
  expired,
  no_candidates,
  responses,
  fills,
  no_fills,
  timeouts,
  response_errors,
  impressions,
  starts,
  completes,
  playback_errors,
  implausible_clocks,
  completed_price_micros,
  completes_without_fill,
  unfilled_price_micros,
  tune_ins,
  tuned_s,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) AS revenue_micros,
  fills / NULLIF(responses, 0) AS fill_rate,
  impressions / NULLIF(fills, 0) AS render_rate,
  completes / NULLIF(starts, 0) AS completion_rate,
  timeouts / NULLIF(responses, 0) AS timeout_rate,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) * 1000 / NULLIF(impressions, 0) AS ecpm_micros,
  (
    SELECT low + (high - low) * (0.5 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.5 * total
    ORDER BY low LIMIT 1) AS latency_p50,
  (
    SELECT low + (high - low) * (0.95 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.95 * total
    ORDER BY low LIMIT 1) AS latency_p95,
  (
    SELECT low + (high - low) * (0.99 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.99 * total
    ORDER BY low LIMIT 1) AS latency_p99
FROM (
  SELECT day,
    TIMESTAMP_TRUNC(minute, HOUR, 'UTC') AS hour,
    aggregator_id,
    region,
    device_model,
    SUM(requests) AS requests,
    SUM(decisions) AS decisions,
    SUM(expired) AS expired,
    SUM(no_candidates) AS no_candidates,
    SUM(responses) AS responses,
    SUM(fills) AS fills,
    SUM(no_fills) AS no_fills,
    SUM(timeouts) AS timeouts,
    SUM(response_errors) AS response_errors,
    SUM(impressions) AS impressions,
    SUM(starts) AS starts,
    SUM(completes) AS completes,
    SUM(playback_errors) AS playback_errors,
    SUM(implausible_clocks) AS implausible_clocks,
    SUM(completed_price_micros) AS completed_price_micros,
    SUM(completes_without_fill) AS completes_without_fill,
    SUM(unfilled_price_micros) AS unfilled_price_micros,
    SUM(tune_ins) AS tune_ins,
    SUM(tuned_s) AS tuned_s,
    [STRUCT(0 AS low, 1 AS high, SUM(latency_ms_le_1) AS n), (1, 2, SUM(latency_ms_le_2)), (2, 3, SUM(latency_ms_le_3)), (3, 5, SUM(latency_ms_le_5)), (5, 7, SUM(latency_ms_le_7)), (7, 10, SUM(latency_ms_le_10)), (10, 15, SUM(latency_ms_le_15)), (15, 20, SUM(latency_ms_le_20)), (20, 25, SUM(latency_ms_le_25)), (25, 30, SUM(latency_ms_le_30)), (30, 40, SUM(latency_ms_le_40)), (40, 50, SUM(latency_ms_le_50)), (50, 60, SUM(latency_ms_le_60)), (60, 75, SUM(latency_ms_le_75)), (75, 100, SUM(latency_ms_le_100)), (100, 125, SUM(latency_ms_le_125)), (125, 150, SUM(latency_ms_le_150)), (150, 200, SUM(latency_ms_le_200)), (200, 250, SUM(latency_ms_le_250)), (250, 300, SUM(latency_ms_le_300)), (300, 400, SUM(latency_ms_le_400)), (400, 500, SUM(latency_ms_le_500)), (500, 750, SUM(latency_ms_le_750)), (750, 1000, SUM(latency_ms_le_1000)), (1000, 2000, SUM(latency_ms_le_2000)), (2000, 5000, SUM(latency_ms_le_5000)), (5000, 5000, SUM(latency_ms_gt_5000))] AS latency_buckets
  FROM `example-project.datastreamx.rollups`
  WHERE `rollup` = 'aggregator_region_device_model' AND grain IN ('minute', 'hour')
  GROUP BY day, hour, aggregator_id, region, device_model);

CREATE OR REPLACE VIEW `example-project.datastreamx.aggregator_region_device_model_by_day` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  region OPTIONS(description = 'Region of the box.'),
  device_model OPTIONS(description = 'Model of the box; OpenRTB Device.model.'),
  requests OPTIONS(description = 'Ad opportunities asked for.'),
  decisions OPTIONS(description = 'Requests routed to an aggregator.'),
  expired OPTIONS(description = 'Requests seen only after their deadline.'),
  no_candidates OPTIONS(description = 'Requests that no aggregator could take.'),
  responses OPTIONS(description = 'Answers of aggregators, one per attempt.'),
  fills OPTIONS(description = 'Answers with an ad.'),
  no_fills OPTIONS(description = 'Answers without an ad.'),
  timeouts OPTIONS(description = 'Attempts that ran out of time.'),
  response_errors OPTIONS(description = 'Attempts that failed.'),
  impressions OPTIONS(description = 'Ads that began to render (VAST Impression).'),
  starts OPTIONS(description = 'Ads whose playback began (VAST start).'),
  completes OPTIONS(description = 'Ads played to the end (VAST complete).'),
  playback_errors OPTIONS(description = 'Ads that failed to play (VAST Error).'),
  implausible_clocks OPTIONS(description = 'Events whose time is older than 35 days or more than 25 hours ahead of their arrival; they count in the minute of it.'),
  completed_price_micros OPTIONS(description = 'Sum of CPM prices over completes, micro-units: of each the fill\'s, where its fill is known.'),
  completes_without_fill OPTIONS(description = 'Completes of ads of which no fill is known: only the box vouches for them.'),
  unfilled_price_micros OPTIONS(description = 'Sum of CPM prices over completes without a known fill, micro-units; part of completed_price_micros, no part of revenue_micros.'),
  tune_ins OPTIONS(description = 'Times a box tuned to a channel.'),
  tuned_s OPTIONS(description = 'Seconds tuned.'),
  revenue_micros OPTIONS(description = '(completed_price_micros - unfilled_price_micros) / 1000, rounded half up on the sum'),
  fill_rate OPTIONS(description = 'fills / responses'),
  render_rate OPTIONS(description = 'impressions / fills'),
  completion_rate OPTIONS(description = 'completes / starts'),
  timeout_rate OPTIONS(description = 'timeouts / responses'),
  ecpm_micros OPTIONS(description = 'revenue_micros × 1000 / impressions'),
  latency_p50 OPTIONS(description = 'Milliseconds that 50 % of responses did not exceed.'),
  latency_p95 OPTIONS(description = 'Milliseconds that 95 % of responses did not exceed.'),
  latency_p99 OPTIONS(description = 'Milliseconds that 99 % of responses did not exceed.')
)
OPTIONS(description = 'By day and aggregator_id, region, device_model: every measure, ratio and percentile. Filter on day.')
AS
SELECT day,
  aggregator_id,
  region,
  device_model,
  requests,
  decisions,
  expired,
  no_candidates,
  responses,
  fills,
  no_fills,
  timeouts,
  response_errors,
  impressions,
  starts,
  completes,
  playback_errors,
  implausible_clocks,
  completed_price_micros,
  completes_without_fill,
  unfilled_price_micros,
  tune_ins,
  tuned_s,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) AS revenue_micros,
  fills / NULLIF(responses, 0) AS fill_rate,
  impressions / NULLIF(fills, 0) AS render_rate,
  completes / NULLIF(starts, 0) AS completion_rate,
  timeouts / NULLIF(responses, 0) AS timeout_rate,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) * 1000 / NULLIF(impressions, 0) AS ecpm_micros,
  (
    SELECT low + (high - low) * (0.5 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.5 * total
    ORDER BY low LIMIT 1) AS latency_p50,
  (
    SELECT low + (high - low) * (0.95 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.95 * total
    ORDER BY low LIMIT 1) AS latency_p95,
  (
    SELECT low + (high - low) * (0.99 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.99 * total
    ORDER BY low LIMIT 1) AS latency_p99
FROM (
  SELECT day,
    aggregator_id,
    region,
    device_model,
    SUM(requests) AS requests,
    SUM(decisions) AS decisions,
    SUM(expired) AS expired,
    SUM(no_candidates) AS no_candidates,
    SUM(responses) AS responses,
    SUM(fills) AS fills,
    SUM(no_fills) AS no_fills,
    SUM(timeouts) AS timeouts,
    SUM(response_errors) AS response_errors,
    SUM(impressions) AS impressions,
    SUM(starts) AS starts,
    SUM(completes) AS completes,
    SUM(playback_errors) AS playback_errors,
    SUM(implausible_clocks) AS implausible_clocks,
    SUM(completed_price_micros) AS completed_price_micros,
    SUM(completes_without_fill) AS completes_without_fill,
    SUM(unfilled_price_micros) AS unfilled_price_micros,
    SUM(tune_ins) AS tune_ins,
    SUM(tuned_s) AS tuned_s,
    [STRUCT(0 AS low, 1 AS high, SUM(latency_ms_le_1) AS n), (1, 2, SUM(latency_ms_le_2)), (2, 3, SUM(latency_ms_le_3)), (3, 5, SUM(latency_ms_le_5)), (5, 7, SUM(latency_ms_le_7)), (7, 10, SUM(latency_ms_le_10)), (10, 15, SUM(latency_ms_le_15)), (15, 20, SUM(latency_ms_le_20)), (20, 25, SUM(latency_ms_le_25)), (25, 30, SUM(latency_ms_le_30)), (30, 40, SUM(latency_ms_le_40)), (40, 50, SUM(latency_ms_le_50)), (50, 60, SUM(latency_ms_le_60)), (60, 75, SUM(latency_ms_le_75)), (75, 100, SUM(latency_ms_le_100)), (100, 125, SUM(latency_ms_le_125)), (125, 150, SUM(latency_ms_le_150)), (150, 200, SUM(latency_ms_le_200)), (200, 250, SUM(latency_ms_le_250)), (250, 300, SUM(latency_ms_le_300)), (300, 400, SUM(latency_ms_le_400)), (400, 500, SUM(latency_ms_le_500)), (500, 750, SUM(latency_ms_le_750)), (750, 1000, SUM(latency_ms_le_1000)), (1000, 2000, SUM(latency_ms_le_2000)), (2000, 5000, SUM(latency_ms_le_5000)), (5000, 5000, SUM(latency_ms_gt_5000))] AS latency_buckets
  FROM `example-project.datastreamx.rollups`
  WHERE `rollup` = 'aggregator_region_device_model'
  GROUP BY day, aggregator_id, region, device_model);

CREATE OR REPLACE VIEW `example-project.datastreamx.aggregator_ad_by_minute` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  minute OPTIONS(description = 'The minute of the event time.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  ad_id OPTIONS(description = 'The advertisement; OpenRTB Bid.adid.'),
  requests OPTIONS(description = 'Ad opportunities asked for.'),
  decisions OPTIONS(description = 'Requests routed to an aggregator.'),
  expired OPTIONS(description = 'Requests seen only after their deadline.'),
  no_candidates OPTIONS(description = 'Requests that no aggregator could take.'),
  responses OPTIONS(description = 'Answers of aggregators, one per attempt.'),
  fills OPTIONS(description = 'Answers with an ad.'),
  no_fills OPTIONS(description = 'Answers without an ad.'),
  timeouts OPTIONS(description = 'Attempts that ran out of time.'),
  response_errors OPTIONS(description = 'Attempts that failed.'),
  impressions OPTIONS(description = 'Ads that began to render (VAST Impression).'),
  starts OPTIONS(description = 'Ads whose playback began (VAST start).'),
  completes OPTIONS(description = 'Ads played to the end (VAST complete).'),
  playback_errors OPTIONS(description = 'Ads that failed to play (VAST Error).'),
  implausible_clocks OPTIONS(description = 'Events whose time is older than 35 days or more than 25 hours ahead of their arrival; they count in the minute of it.'),
  completed_price_micros OPTIONS(description = 'Sum of CPM prices over completes, micro-units: of each the fill\'s, where its fill is known.'),
  completes_without_fill OPTIONS(description = 'Completes of ads of which no fill is known: only the box vouches for them.'),
  unfilled_price_micros OPTIONS(description = 'Sum of CPM prices over completes without a known fill, micro-units; part of completed_price_micros, no part of revenue_micros.'),
  tune_ins OPTIONS(description = 'Times a box tuned to a channel.'),
  tuned_s OPTIONS(description = 'Seconds tuned.'),
  revenue_micros OPTIONS(description = '(completed_price_micros - unfilled_price_micros) / 1000, rounded half up on the sum'),
  fill_rate OPTIONS(description = 'fills / responses'),
  render_rate OPTIONS(description = 'impressions / fills'),
  completion_rate OPTIONS(description = 'completes / starts'),
  timeout_rate OPTIONS(description = 'timeouts / responses'),
  ecpm_micros OPTIONS(description = 'revenue_micros × 1000 / impressions'),
  latency_p50 OPTIONS(description = 'Milliseconds that 50 % of responses did not exceed.'),
  latency_p95 OPTIONS(description = 'Milliseconds that 95 % of responses did not exceed.'),
  latency_p99 OPTIONS(description = 'Milliseconds that 99 % of responses did not exceed.')
)
OPTIONS(description = 'By minute and aggregator_id, ad_id: every measure, ratio and percentile. Filter on day.')
AS
SELECT day,
  minute,
  aggregator_id,
  ad_id,
  requests,
  decisions,
  expired,
  no_candidates,
  responses,
  fills,
  no_fills,
  timeouts,
  response_errors,
  impressions,
  starts,
  completes,
  playback_errors,
  implausible_clocks,
  completed_price_micros,
  completes_without_fill,
  unfilled_price_micros,
  tune_ins,
  tuned_s,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) AS revenue_micros,
  fills / NULLIF(responses, 0) AS fill_rate,
  impressions / NULLIF(fills, 0) AS render_rate,
  completes / NULLIF(starts, 0) AS completion_rate,
  timeouts / NULLIF(responses, 0) AS timeout_rate,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) * 1000 / NULLIF(impressions, 0) AS ecpm_micros,
  (
    SELECT low + (high - low) * (0.5 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.5 * total
    ORDER BY low LIMIT 1) AS latency_p50,
  (
    SELECT low + (high - low) * (0.95 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.95 * total
    ORDER BY low LIMIT 1) AS latency_p95,
  (
    SELECT low + (high - low) * (0.99 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.99 * total
    ORDER BY low LIMIT 1) AS latency_p99
FROM (
  SELECT day,
    minute,
    aggregator_id,
    ad_id,
    SUM(requests) AS requests,
    SUM(decisions) AS decisions,
    SUM(expired) AS expired,
    SUM(no_candidates) AS no_candidates,
    SUM(responses) AS responses,
    SUM(fills) AS fills,
    SUM(no_fills) AS no_fills,
    SUM(timeouts) AS timeouts,
    SUM(response_errors) AS response_errors,
    SUM(impressions) AS impressions,
    SUM(starts) AS starts,
    SUM(completes) AS completes,
    SUM(playback_errors) AS playback_errors,
    SUM(implausible_clocks) AS implausible_clocks,
    SUM(completed_price_micros) AS completed_price_micros,
    SUM(completes_without_fill) AS completes_without_fill,
    SUM(unfilled_price_micros) AS unfilled_price_micros,
    SUM(tune_ins) AS tune_ins,
    SUM(tuned_s) AS tuned_s,
    [STRUCT(0 AS low, 1 AS high, SUM(latency_ms_le_1) AS n), (1, 2, SUM(latency_ms_le_2)), (2, 3, SUM(latency_ms_le_3)), (3, 5, SUM(latency_ms_le_5)), (5, 7, SUM(latency_ms_le_7)), (7, 10, SUM(latency_ms_le_10)), (10, 15, SUM(latency_ms_le_15)), (15, 20, SUM(latency_ms_le_20)), (20, 25, SUM(latency_ms_le_25)), (25, 30, SUM(latency_ms_le_30)), (30, 40, SUM(latency_ms_le_40)), (40, 50, SUM(latency_ms_le_50)), (50, 60, SUM(latency_ms_le_60)), (60, 75, SUM(latency_ms_le_75)), (75, 100, SUM(latency_ms_le_100)), (100, 125, SUM(latency_ms_le_125)), (125, 150, SUM(latency_ms_le_150)), (150, 200, SUM(latency_ms_le_200)), (200, 250, SUM(latency_ms_le_250)), (250, 300, SUM(latency_ms_le_300)), (300, 400, SUM(latency_ms_le_400)), (400, 500, SUM(latency_ms_le_500)), (500, 750, SUM(latency_ms_le_750)), (750, 1000, SUM(latency_ms_le_1000)), (1000, 2000, SUM(latency_ms_le_2000)), (2000, 5000, SUM(latency_ms_le_5000)), (5000, 5000, SUM(latency_ms_gt_5000))] AS latency_buckets
  FROM `example-project.datastreamx.rollups`
  WHERE `rollup` = 'aggregator_ad' AND grain IN ('minute')
  GROUP BY day, minute, aggregator_id, ad_id);

CREATE OR REPLACE VIEW `example-project.datastreamx.aggregator_ad_by_hour` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  hour OPTIONS(description = 'The hour of the event time.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  ad_id OPTIONS(description = 'The advertisement; OpenRTB Bid.adid.'),
  requests OPTIONS(description = 'Ad opportunities asked for.'),
  decisions OPTIONS(description = 'Requests routed to an aggregator.'),
  expired OPTIONS(description = 'Requests seen only after their deadline.'),
  no_candidates OPTIONS(description = 'Requests that no aggregator could take.'),
  responses OPTIONS(description = 'Answers of aggregators, one per attempt.'),
  fills OPTIONS(description = 'Answers with an ad.'),
  no_fills OPTIONS(description = 'Answers without an ad.'),
  timeouts OPTIONS(description = 'Attempts that ran out of time.'),
  response_errors OPTIONS(description = 'Attempts that failed.'),
  impressions OPTIONS(description = 'Ads that began to render (VAST Impression).'),
  starts OPTIONS(description = 'Ads whose playback began (VAST start).'),
  completes OPTIONS(description = 'Ads played to the end (VAST complete).'),
  playback_errors OPTIONS(description = 'Ads that failed to play (VAST Error).'),
  implausible_clocks OPTIONS(description = 'Events whose time is older than 35 days or more than 25 hours ahead of their arrival; they count in the minute of it.'),
  completed_price_micros OPTIONS(description = 'Sum of CPM prices over completes, micro-units: of each the fill\'s, where its fill is known.'),
  completes_without_fill OPTIONS(description = 'Completes of ads of which no fill is known: only the box vouches for them.'),
  unfilled_price_micros OPTIONS(description = 'Sum of CPM prices over completes without a known fill, micro-units; part of completed_price_micros, no part of revenue_micros.'),
  tune_ins OPTIONS(description = 'Times a box tuned to a channel.'),
  tuned_s OPTIONS(description = 'Seconds tuned.'),
  revenue_micros OPTIONS(description = '(completed_price_micros - unfilled_price_micros) / 1000, rounded half up on the sum'),
  fill_rate OPTIONS(description = 'fills / responses'),
  render_rate OPTIONS(description = 'impressions / fills'),
  completion_rate OPTIONS(description = 'completes / starts'),
  timeout_rate OPTIONS(description = 'timeouts / responses'),
  ecpm_micros OPTIONS(description = 'revenue_micros × 1000 / impressions'),
  latency_p50 OPTIONS(description = 'Milliseconds that 50 % of responses did not exceed.'),
  latency_p95 OPTIONS(description = 'Milliseconds that 95 % of responses did not exceed.'),
  latency_p99 OPTIONS(description = 'Milliseconds that 99 % of responses did not exceed.')
)
OPTIONS(description = 'By hour and aggregator_id, ad_id: every measure, ratio and percentile. Filter on day.')
AS
SELECT day,
  hour,
  aggregator_id,
  ad_id,
  requests,
  decisions,
  expired,
  no_candidates,
  responses,
  fills,
  no_fills,
  timeouts,
  response_errors,
  impressions,
  starts,
  completes,
  playback_errors,
  implausible_clocks,
  completed_price_micros,
  completes_without_fill,
  unfilled_price_micros,
  tune_ins,
  tuned_s,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) AS revenue_micros,
  fills / NULLIF(responses, 0) AS fill_rate,
  impressions / NULLIF(fills, 0) AS render_rate,
  completes / NULLIF(starts, 0) AS completion_rate,
  timeouts / NULLIF(responses, 0) AS timeout_rate,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) * 1000 / NULLIF(impressions, 0) AS ecpm_micros,
  (
    SELECT low + (high - low) * (0.5 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.5 * total
    ORDER BY low LIMIT 1) AS latency_p50,
  (
    SELECT low + (high - low) * (0.95 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.95 * total
    ORDER BY low LIMIT 1) AS latency_p95,
  (
    SELECT low + (high - low) * (0.99 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.99 * total
    ORDER BY low LIMIT 1) AS latency_p99
FROM (
  SELECT day,
    TIMESTAMP_TRUNC(minute, HOUR, 'UTC') AS hour,
    aggregator_id,
    ad_id,
    SUM(requests) AS requests,
    SUM(decisions) AS decisions,
    SUM(expired) AS expired,
    SUM(no_candidates) AS no_candidates,
    SUM(responses) AS responses,
    SUM(fills) AS fills,
    SUM(no_fills) AS no_fills,
    SUM(timeouts) AS timeouts,
    SUM(response_errors) AS response_errors,
    SUM(impressions) AS impressions,
    SUM(starts) AS starts,
    SUM(completes) AS completes,
    SUM(playback_errors) AS playback_errors,
    SUM(implausible_clocks) AS implausible_clocks,
    SUM(completed_price_micros) AS completed_price_micros,
    SUM(completes_without_fill) AS completes_without_fill,
    SUM(unfilled_price_micros) AS unfilled_price_micros,
    SUM(tune_ins) AS tune_ins,
    SUM(tuned_s) AS tuned_s,
    [STRUCT(0 AS low, 1 AS high, SUM(latency_ms_le_1) AS n), (1, 2, SUM(latency_ms_le_2)), (2, 3, SUM(latency_ms_le_3)), (3, 5, SUM(latency_ms_le_5)), (5, 7, SUM(latency_ms_le_7)), (7, 10, SUM(latency_ms_le_10)), (10, 15, SUM(latency_ms_le_15)), (15, 20, SUM(latency_ms_le_20)), (20, 25, SUM(latency_ms_le_25)), (25, 30, SUM(latency_ms_le_30)), (30, 40, SUM(latency_ms_le_40)), (40, 50, SUM(latency_ms_le_50)), (50, 60, SUM(latency_ms_le_60)), (60, 75, SUM(latency_ms_le_75)), (75, 100, SUM(latency_ms_le_100)), (100, 125, SUM(latency_ms_le_125)), (125, 150, SUM(latency_ms_le_150)), (150, 200, SUM(latency_ms_le_200)), (200, 250, SUM(latency_ms_le_250)), (250, 300, SUM(latency_ms_le_300)), (300, 400, SUM(latency_ms_le_400)), (400, 500, SUM(latency_ms_le_500)), (500, 750, SUM(latency_ms_le_750)), (750, 1000, SUM(latency_ms_le_1000)), (1000, 2000, SUM(latency_ms_le_2000)), (2000, 5000, SUM(latency_ms_le_5000)), (5000, 5000, SUM(latency_ms_gt_5000))] AS latency_buckets
  FROM `example-project.datastreamx.rollups`
  WHERE `rollup` = 'aggregator_ad' AND grain IN ('minute', 'hour')
  GROUP BY day, hour, aggregator_id, ad_id);

CREATE OR REPLACE VIEW `example-project.datastreamx.aggregator_ad_by_day` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  ad_id OPTIONS(description = 'The advertisement; OpenRTB Bid.adid.'),
  requests OPTIONS(description = 'Ad opportunities asked for.'),
  decisions OPTIONS(description = 'Requests routed to an aggregator.'),
  expired OPTIONS(description = 'Requests seen only after their deadline.'),
  no_candidates OPTIONS(description = 'Requests that no aggregator could take.'),
  responses OPTIONS(description = 'Answers of aggregators, one per attempt.'),
  fills OPTIONS(description = 'Answers with an ad.'),
  no_fills OPTIONS(description = 'Answers without an ad.'),
  timeouts OPTIONS(description = 'Attempts that ran out of time.'),
  response_errors OPTIONS(description = 'Attempts that failed.'),
  impressions OPTIONS(description = 'Ads that began to render (VAST Impression).'),
  starts OPTIONS(description = 'Ads whose playback began (VAST start).'),
  completes OPTIONS(description = 'Ads played to the end (VAST complete).'),
  playback_errors OPTIONS(description = 'Ads that failed to play (VAST Error).'),
  implausible_clocks OPTIONS(description = 'Events whose time is older than 35 days or more than 25 hours ahead of their arrival; they count in the minute of it.'),
  completed_price_micros OPTIONS(description = 'Sum of CPM prices over completes, micro-units: of each the fill\'s, where its fill is known.'),
  completes_without_fill OPTIONS(description = 'Completes of ads of which no fill is known: only the box vouches for them.'),
  unfilled_price_micros OPTIONS(description = 'Sum of CPM prices over completes without a known fill, micro-units; part of completed_price_micros, no part of revenue_micros.'),
  tune_ins OPTIONS(description = 'Times a box tuned to a channel.'),
  tuned_s OPTIONS(description = 'Seconds tuned.'),
  revenue_micros OPTIONS(description = '(completed_price_micros - unfilled_price_micros) / 1000, rounded half up on the sum'),
  fill_rate OPTIONS(description = 'fills / responses'),
  render_rate OPTIONS(description = 'impressions / fills'),
  completion_rate OPTIONS(description = 'completes / starts'),
  timeout_rate OPTIONS(description = 'timeouts / responses'),
  ecpm_micros OPTIONS(description = 'revenue_micros × 1000 / impressions'),
  latency_p50 OPTIONS(description = 'Milliseconds that 50 % of responses did not exceed.'),
  latency_p95 OPTIONS(description = 'Milliseconds that 95 % of responses did not exceed.'),
  latency_p99 OPTIONS(description = 'Milliseconds that 99 % of responses did not exceed.')
)
OPTIONS(description = 'By day and aggregator_id, ad_id: every measure, ratio and percentile. Filter on day.')
AS
SELECT day,
  aggregator_id,
  ad_id,
  requests,
  decisions,
  expired,
  no_candidates,
  responses,
  fills,
  no_fills,
  timeouts,
  response_errors,
  impressions,
  starts,
  completes,
  playback_errors,
  implausible_clocks,
  completed_price_micros,
  completes_without_fill,
  unfilled_price_micros,
  tune_ins,
  tuned_s,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) AS revenue_micros,
  fills / NULLIF(responses, 0) AS fill_rate,
  impressions / NULLIF(fills, 0) AS render_rate,
  completes / NULLIF(starts, 0) AS completion_rate,
  timeouts / NULLIF(responses, 0) AS timeout_rate,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) * 1000 / NULLIF(impressions, 0) AS ecpm_micros,
  (
    SELECT low + (high - low) * (0.5 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.5 * total
    ORDER BY low LIMIT 1) AS latency_p50,
  (
    SELECT low + (high - low) * (0.95 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.95 * total
    ORDER BY low LIMIT 1) AS latency_p95,
  (
    SELECT low + (high - low) * (0.99 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.99 * total
    ORDER BY low LIMIT 1) AS latency_p99
FROM (
  SELECT day,
    aggregator_id,
    ad_id,
    SUM(requests) AS requests,
    SUM(decisions) AS decisions,
    SUM(expired) AS expired,
    SUM(no_candidates) AS no_candidates,
    SUM(responses) AS responses,
    SUM(fills) AS fills,
    SUM(no_fills) AS no_fills,
    SUM(timeouts) AS timeouts,
    SUM(response_errors) AS response_errors,
    SUM(impressions) AS impressions,
    SUM(starts) AS starts,
    SUM(completes) AS completes,
    SUM(playback_errors) AS playback_errors,
    SUM(implausible_clocks) AS implausible_clocks,
    SUM(completed_price_micros) AS completed_price_micros,
    SUM(completes_without_fill) AS completes_without_fill,
    SUM(unfilled_price_micros) AS unfilled_price_micros,
    SUM(tune_ins) AS tune_ins,
    SUM(tuned_s) AS tuned_s,
    [STRUCT(0 AS low, 1 AS high, SUM(latency_ms_le_1) AS n), (1, 2, SUM(latency_ms_le_2)), (2, 3, SUM(latency_ms_le_3)), (3, 5, SUM(latency_ms_le_5)), (5, 7, SUM(latency_ms_le_7)), (7, 10, SUM(latency_ms_le_10)), (10, 15, SUM(latency_ms_le_15)), (15, 20, SUM(latency_ms_le_20)), (20, 25, SUM(latency_ms_le_25)), (25, 30, SUM(latency_ms_le_30)), (30, 40, SUM(latency_ms_le_40)), (40, 50, SUM(latency_ms_le_50)), (50, 60, SUM(latency_ms_le_60)), (60, 75, SUM(latency_ms_le_75)), (75, 100, SUM(latency_ms_le_100)), (100, 125, SUM(latency_ms_le_125)), (125, 150, SUM(latency_ms_le_150)), (150, 200, SUM(latency_ms_le_200)), (200, 250, SUM(latency_ms_le_250)), (250, 300, SUM(latency_ms_le_300)), (300, 400, SUM(latency_ms_le_400)), (400, 500, SUM(latency_ms_le_500)), (500, 750, SUM(latency_ms_le_750)), (750, 1000, SUM(latency_ms_le_1000)), (1000, 2000, SUM(latency_ms_le_2000)), (2000, 5000, SUM(latency_ms_le_5000)), (5000, 5000, SUM(latency_ms_gt_5000))] AS latency_buckets
  FROM `example-project.datastreamx.rollups`
  WHERE `rollup` = 'aggregator_ad'
  GROUP BY day, aggregator_id, ad_id);

CREATE OR REPLACE VIEW `example-project.datastreamx.previous_channel_channel_by_minute` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  minute OPTIONS(description = 'The minute of the event time.'),
  previous_channel_id OPTIONS(description = 'The channel viewed before it.'),
  channel_id OPTIONS(description = 'The channel being viewed.'),
  requests OPTIONS(description = 'Ad opportunities asked for.'),
  decisions OPTIONS(description = 'Requests routed to an aggregator.'),
  expired OPTIONS(description = 'Requests seen only after their deadline.'),
  no_candidates OPTIONS(description = 'Requests that no aggregator could take.'),
  responses OPTIONS(description = 'Answers of aggregators, one per attempt.'),
  fills OPTIONS(description = 'Answers with an ad.'),
  no_fills OPTIONS(description = 'Answers without an ad.'),
  timeouts OPTIONS(description = 'Attempts that ran out of time.'),
  response_errors OPTIONS(description = 'Attempts that failed.'),
  impressions OPTIONS(description = 'Ads that began to render (VAST Impression).'),
  starts OPTIONS(description = 'Ads whose playback began (VAST start).'),
  completes OPTIONS(description = 'Ads played to the end (VAST complete).'),
  playback_errors OPTIONS(description = 'Ads that failed to play (VAST Error).'),
  implausible_clocks OPTIONS(description = 'Events whose time is older than 35 days or more than 25 hours ahead of their arrival; they count in the minute of it.'),
  completed_price_micros OPTIONS(description = 'Sum of CPM prices over completes, micro-units: of each the fill\'s, where its fill is known.'),
  completes_without_fill OPTIONS(description = 'Completes of ads of which no fill is known: only the box vouches for them.'),
  unfilled_price_micros OPTIONS(description = 'Sum of CPM prices over completes without a known fill, micro-units; part of completed_price_micros, no part of revenue_micros.'),
  tune_ins OPTIONS(description = 'Times a box tuned to a channel.'),
  tuned_s OPTIONS(description = 'Seconds tuned.'),
  revenue_micros OPTIONS(description = '(completed_price_micros - unfilled_price_micros) / 1000, rounded half up on the sum'),
  fill_rate OPTIONS(description = 'fills / responses'),
  render_rate OPTIONS(description = 'impressions / fills'),
  completion_rate OPTIONS(description = 'completes / starts'),
  timeout_rate OPTIONS(description = 'timeouts / responses'),
  ecpm_micros OPTIONS(description = 'revenue_micros × 1000 / impressions'),
  latency_p50 OPTIONS(description = 'Milliseconds that 50 % of responses did not exceed.'),
  latency_p95 OPTIONS(description = 'Milliseconds that 95 % of responses did not exceed.'),
  latency_p99 OPTIONS(description = 'Milliseconds that 99 % of responses did not exceed.')
)
OPTIONS(description = 'By minute and previous_channel_id, channel_id: every measure, ratio and percentile. Filter on day.')
AS
SELECT day,
  minute,
  previous_channel_id,
  channel_id,
  requests,
  decisions,
  expired,
  no_candidates,
  responses,
  fills,
  no_fills,
  timeouts,
  response_errors,
  impressions,
  starts,
  completes,
  playback_errors,
  implausible_clocks,
  completed_price_micros,
  completes_without_fill,
  unfilled_price_micros,
  tune_ins,
  tuned_s,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) AS revenue_micros,
  fills / NULLIF(responses, 0) AS fill_rate,
  impressions / NULLIF(fills, 0) AS render_rate,
  completes / NULLIF(starts, 0) AS completion_rate,
  timeouts / NULLIF(responses, 0) AS timeout_rate,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) * 1000 / NULLIF(impressions, 0) AS ecpm_micros,
  (
    SELECT low + (high - low) * (0.5 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.5 * total
    ORDER BY low LIMIT 1) AS latency_p50,
  (
    SELECT low + (high - low) * (0.95 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.95 * total
    ORDER BY low LIMIT 1) AS latency_p95,
  (
    SELECT low + (high - low) * (0.99 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.99 * total
    ORDER BY low LIMIT 1) AS latency_p99
FROM (
  SELECT day,
    minute,
    previous_channel_id,
    channel_id,
    SUM(requests) AS requests,
    SUM(decisions) AS decisions,
    SUM(expired) AS expired,
    SUM(no_candidates) AS no_candidates,
    SUM(responses) AS responses,
    SUM(fills) AS fills,
    SUM(no_fills) AS no_fills,
    SUM(timeouts) AS timeouts,
    SUM(response_errors) AS response_errors,
    SUM(impressions) AS impressions,
    SUM(starts) AS starts,
    SUM(completes) AS completes,
    SUM(playback_errors) AS playback_errors,
    SUM(implausible_clocks) AS implausible_clocks,
    SUM(completed_price_micros) AS completed_price_micros,
    SUM(completes_without_fill) AS completes_without_fill,
    SUM(unfilled_price_micros) AS unfilled_price_micros,
    SUM(tune_ins) AS tune_ins,
    SUM(tuned_s) AS tuned_s,
    [STRUCT(0 AS low, 1 AS high, SUM(latency_ms_le_1) AS n), (1, 2, SUM(latency_ms_le_2)), (2, 3, SUM(latency_ms_le_3)), (3, 5, SUM(latency_ms_le_5)), (5, 7, SUM(latency_ms_le_7)), (7, 10, SUM(latency_ms_le_10)), (10, 15, SUM(latency_ms_le_15)), (15, 20, SUM(latency_ms_le_20)), (20, 25, SUM(latency_ms_le_25)), (25, 30, SUM(latency_ms_le_30)), (30, 40, SUM(latency_ms_le_40)), (40, 50, SUM(latency_ms_le_50)), (50, 60, SUM(latency_ms_le_60)), (60, 75, SUM(latency_ms_le_75)), (75, 100, SUM(latency_ms_le_100)), (100, 125, SUM(latency_ms_le_125)), (125, 150, SUM(latency_ms_le_150)), (150, 200, SUM(latency_ms_le_200)), (200, 250, SUM(latency_ms_le_250)), (250, 300, SUM(latency_ms_le_300)), (300, 400, SUM(latency_ms_le_400)), (400, 500, SUM(latency_ms_le_500)), (500, 750, SUM(latency_ms_le_750)), (750, 1000, SUM(latency_ms_le_1000)), (1000, 2000, SUM(latency_ms_le_2000)), (2000, 5000, SUM(latency_ms_le_5000)), (5000, 5000, SUM(latency_ms_gt_5000))] AS latency_buckets
  FROM `example-project.datastreamx.rollups`
  WHERE `rollup` = 'previous_channel_channel' AND grain IN ('minute')
  GROUP BY day, minute, previous_channel_id, channel_id);

CREATE OR REPLACE VIEW `example-project.datastreamx.previous_channel_channel_by_hour` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  hour OPTIONS(description = 'The hour of the event time.'),
  previous_channel_id OPTIONS(description = 'The channel viewed before it.'),
  channel_id OPTIONS(description = 'The channel being viewed.'),
  requests OPTIONS(description = 'Ad opportunities asked for.'),
  decisions OPTIONS(description = 'Requests routed to an aggregator.'),
  expired OPTIONS(description = 'Requests seen only after their deadline.'),
  no_candidates OPTIONS(description = 'Requests that no aggregator could take.'),
  responses OPTIONS(description = 'Answers of aggregators, one per attempt.'),
  fills OPTIONS(description = 'Answers with an ad.'),
  no_fills OPTIONS(description = 'Answers without an ad.'),
  timeouts OPTIONS(description = 'Attempts that ran out of time.'),
  response_errors OPTIONS(description = 'Attempts that failed.'),
  impressions OPTIONS(description = 'Ads that began to render (VAST Impression).'),
  starts OPTIONS(description = 'Ads whose playback began (VAST start).'),
  completes OPTIONS(description = 'Ads played to the end (VAST complete).'),
  playback_errors OPTIONS(description = 'Ads that failed to play (VAST Error).'),
  implausible_clocks OPTIONS(description = 'Events whose time is older than 35 days or more than 25 hours ahead of their arrival; they count in the minute of it.'),
  completed_price_micros OPTIONS(description = 'Sum of CPM prices over completes, micro-units: of each the fill\'s, where its fill is known.'),
  completes_without_fill OPTIONS(description = 'Completes of ads of which no fill is known: only the box vouches for them.'),
  unfilled_price_micros OPTIONS(description = 'Sum of CPM prices over completes without a known fill, micro-units; part of completed_price_micros, no part of revenue_micros.'),
  tune_ins OPTIONS(description = 'Times a box tuned to a channel.'),
  tuned_s OPTIONS(description = 'Seconds tuned.'),
  revenue_micros OPTIONS(description = '(completed_price_micros - unfilled_price_micros) / 1000, rounded half up on the sum'),
  fill_rate OPTIONS(description = 'fills / responses'),
  render_rate OPTIONS(description = 'impressions / fills'),
  completion_rate OPTIONS(description = 'completes / starts'),
  timeout_rate OPTIONS(description = 'timeouts / responses'),
  ecpm_micros OPTIONS(description = 'revenue_micros × 1000 / impressions'),
  latency_p50 OPTIONS(description = 'Milliseconds that 50 % of responses did not exceed.'),
  latency_p95 OPTIONS(description = 'Milliseconds that 95 % of responses did not exceed.'),
  latency_p99 OPTIONS(description = 'Milliseconds that 99 % of responses did not exceed.')
)
OPTIONS(description = 'By hour and previous_channel_id, channel_id: every measure, ratio and percentile. Filter on day.')
AS
SELECT day,
  hour,
  previous_channel_id,
  channel_id,
  requests,
  decisions,
  expired,
  no_candidates,
  responses,
  fills,
  no_fills,
  timeouts,
  response_errors,
  impressions,
  starts,
  completes,
  playback_errors,
  implausible_clocks,
  completed_price_micros,
  completes_without_fill,
  unfilled_price_micros,
  tune_ins,
  tuned_s,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) AS revenue_micros,
  fills / NULLIF(responses, 0) AS fill_rate,
  impressions / NULLIF(fills, 0) AS render_rate,
  completes / NULLIF(starts, 0) AS completion_rate,
  timeouts / NULLIF(responses, 0) AS timeout_rate,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) * 1000 / NULLIF(impressions, 0) AS ecpm_micros,
  (
    SELECT low + (high - low) * (0.5 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.5 * total
    ORDER BY low LIMIT 1) AS latency_p50,
  (
    SELECT low + (high - low) * (0.95 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.95 * total
    ORDER BY low LIMIT 1) AS latency_p95,
  (
    SELECT low + (high - low) * (0.99 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.99 * total
    ORDER BY low LIMIT 1) AS latency_p99
FROM (
  SELECT day,
    TIMESTAMP_TRUNC(minute, HOUR, 'UTC') AS hour,
    previous_channel_id,
    channel_id,
    SUM(requests) AS requests,
    SUM(decisions) AS decisions,
    SUM(expired) AS expired,
    SUM(no_candidates) AS no_candidates,
    SUM(responses) AS responses,
    SUM(fills) AS fills,
    SUM(no_fills) AS no_fills,
    SUM(timeouts) AS timeouts,
    SUM(response_errors) AS response_errors,
    SUM(impressions) AS impressions,
    SUM(starts) AS starts,
    SUM(completes) AS completes,
    SUM(playback_errors) AS playback_errors,
    SUM(implausible_clocks) AS implausible_clocks,
    SUM(completed_price_micros) AS completed_price_micros,
    SUM(completes_without_fill) AS completes_without_fill,
    SUM(unfilled_price_micros) AS unfilled_price_micros,
    SUM(tune_ins) AS tune_ins,
    SUM(tuned_s) AS tuned_s,
    [STRUCT(0 AS low, 1 AS high, SUM(latency_ms_le_1) AS n), (1, 2, SUM(latency_ms_le_2)), (2, 3, SUM(latency_ms_le_3)), (3, 5, SUM(latency_ms_le_5)), (5, 7, SUM(latency_ms_le_7)), (7, 10, SUM(latency_ms_le_10)), (10, 15, SUM(latency_ms_le_15)), (15, 20, SUM(latency_ms_le_20)), (20, 25, SUM(latency_ms_le_25)), (25, 30, SUM(latency_ms_le_30)), (30, 40, SUM(latency_ms_le_40)), (40, 50, SUM(latency_ms_le_50)), (50, 60, SUM(latency_ms_le_60)), (60, 75, SUM(latency_ms_le_75)), (75, 100, SUM(latency_ms_le_100)), (100, 125, SUM(latency_ms_le_125)), (125, 150, SUM(latency_ms_le_150)), (150, 200, SUM(latency_ms_le_200)), (200, 250, SUM(latency_ms_le_250)), (250, 300, SUM(latency_ms_le_300)), (300, 400, SUM(latency_ms_le_400)), (400, 500, SUM(latency_ms_le_500)), (500, 750, SUM(latency_ms_le_750)), (750, 1000, SUM(latency_ms_le_1000)), (1000, 2000, SUM(latency_ms_le_2000)), (2000, 5000, SUM(latency_ms_le_5000)), (5000, 5000, SUM(latency_ms_gt_5000))] AS latency_buckets
  FROM `example-project.datastreamx.rollups`
  WHERE `rollup` = 'previous_channel_channel' AND grain IN ('minute', 'hour')
  GROUP BY day, hour, previous_channel_id, channel_id);

CREATE OR REPLACE VIEW `example-project.datastreamx.previous_channel_channel_by_day` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  previous_channel_id OPTIONS(description = 'The channel viewed before it.'),
  channel_id OPTIONS(description = 'The channel being viewed.'),
  requests OPTIONS(description = 'Ad opportunities asked for.'),
  decisions OPTIONS(description = 'Requests routed to an aggregator.'),
  expired OPTIONS(description = 'Requests seen only after their deadline.'),
  no_candidates OPTIONS(description = 'Requests that no aggregator could take.'),
  responses OPTIONS(description = 'Answers of aggregators, one per attempt.'),
  fills OPTIONS(description = 'Answers with an ad.'),
  no_fills OPTIONS(description = 'Answers without an ad.'),
  timeouts OPTIONS(description = 'Attempts that ran out of time.'),
  response_errors OPTIONS(description = 'Attempts that failed.'),
  impressions OPTIONS(description = 'Ads that began to render (VAST Impression).'),
  starts OPTIONS(description = 'Ads whose playback began (VAST start).'),
  completes OPTIONS(description = 'Ads played to the end (VAST complete).'),
  playback_errors OPTIONS(description = 'Ads that failed to play (VAST Error).'),
  implausible_clocks OPTIONS(description = 'Events whose time is older than 35 days or more than 25 hours ahead of their arrival; they count in the minute of it.'),
  completed_price_micros OPTIONS(description = 'Sum of CPM prices over completes, micro-units: of each the fill\'s, where its fill is known.'),
  completes_without_fill OPTIONS(description = 'Completes of ads of which no fill is known: only the box vouches for them.'),
  unfilled_price_micros OPTIONS(description = 'Sum of CPM prices over completes without a known fill, micro-units; part of completed_price_micros, no part of revenue_micros.'),
  tune_ins OPTIONS(description = 'Times a box tuned to a channel.'),
  tuned_s OPTIONS(description = 'Seconds tuned.'),
  revenue_micros OPTIONS(description = '(completed_price_micros - unfilled_price_micros) / 1000, rounded half up on the sum'),
  fill_rate OPTIONS(description = 'fills / responses'),
  render_rate OPTIONS(description = 'impressions / fills'),
  completion_rate OPTIONS(description = 'completes / starts'),
  timeout_rate OPTIONS(description = 'timeouts / responses'),
  ecpm_micros OPTIONS(description = 'revenue_micros × 1000 / impressions'),
  latency_p50 OPTIONS(description = 'Milliseconds that 50 % of responses did not exceed.'),
  latency_p95 OPTIONS(description = 'Milliseconds that 95 % of responses did not exceed.'),
  latency_p99 OPTIONS(description = 'Milliseconds that 99 % of responses did not exceed.')
)
OPTIONS(description = 'By day and previous_channel_id, channel_id: every measure, ratio and percentile. Filter on day.')
AS
SELECT day,
  previous_channel_id,
  channel_id,
  requests,
  decisions,
  expired,
  no_candidates,
  responses,
  fills,
  no_fills,
  timeouts,
  response_errors,
  impressions,
  starts,
  completes,
  playback_errors,
  implausible_clocks,
  completed_price_micros,
  completes_without_fill,
  unfilled_price_micros,
  tune_ins,
  tuned_s,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) AS revenue_micros,
  fills / NULLIF(responses, 0) AS fill_rate,
  impressions / NULLIF(fills, 0) AS render_rate,
  completes / NULLIF(starts, 0) AS completion_rate,
  timeouts / NULLIF(responses, 0) AS timeout_rate,
  DIV(completed_price_micros - unfilled_price_micros + 500, 1000) * 1000 / NULLIF(impressions, 0) AS ecpm_micros,
  (
    SELECT low + (high - low) * (0.5 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.5 * total
    ORDER BY low LIMIT 1) AS latency_p50,
  (
    SELECT low + (high - low) * (0.95 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.95 * total
    ORDER BY low LIMIT 1) AS latency_p95,
  (
    SELECT low + (high - low) * (0.99 * total - seen) / n
    FROM (SELECT low, high, n, SUM(n) OVER (ORDER BY low) - n AS seen, SUM(n) OVER () AS total FROM UNNEST(latency_buckets))
    WHERE n > 0 AND seen + n >= 0.99 * total
    ORDER BY low LIMIT 1) AS latency_p99
FROM (
  SELECT day,
    previous_channel_id,
    channel_id,
    SUM(requests) AS requests,
    SUM(decisions) AS decisions,
    SUM(expired) AS expired,
    SUM(no_candidates) AS no_candidates,
    SUM(responses) AS responses,
    SUM(fills) AS fills,
    SUM(no_fills) AS no_fills,
    SUM(timeouts) AS timeouts,
    SUM(response_errors) AS response_errors,
    SUM(impressions) AS impressions,
    SUM(starts) AS starts,
    SUM(completes) AS completes,
    SUM(playback_errors) AS playback_errors,
    SUM(implausible_clocks) AS implausible_clocks,
    SUM(completed_price_micros) AS completed_price_micros,
    SUM(completes_without_fill) AS completes_without_fill,
    SUM(unfilled_price_micros) AS unfilled_price_micros,
    SUM(tune_ins) AS tune_ins,
    SUM(tuned_s) AS tuned_s,
    [STRUCT(0 AS low, 1 AS high, SUM(latency_ms_le_1) AS n), (1, 2, SUM(latency_ms_le_2)), (2, 3, SUM(latency_ms_le_3)), (3, 5, SUM(latency_ms_le_5)), (5, 7, SUM(latency_ms_le_7)), (7, 10, SUM(latency_ms_le_10)), (10, 15, SUM(latency_ms_le_15)), (15, 20, SUM(latency_ms_le_20)), (20, 25, SUM(latency_ms_le_25)), (25, 30, SUM(latency_ms_le_30)), (30, 40, SUM(latency_ms_le_40)), (40, 50, SUM(latency_ms_le_50)), (50, 60, SUM(latency_ms_le_60)), (60, 75, SUM(latency_ms_le_75)), (75, 100, SUM(latency_ms_le_100)), (100, 125, SUM(latency_ms_le_125)), (125, 150, SUM(latency_ms_le_150)), (150, 200, SUM(latency_ms_le_200)), (200, 250, SUM(latency_ms_le_250)), (250, 300, SUM(latency_ms_le_300)), (300, 400, SUM(latency_ms_le_400)), (400, 500, SUM(latency_ms_le_500)), (500, 750, SUM(latency_ms_le_750)), (750, 1000, SUM(latency_ms_le_1000)), (1000, 2000, SUM(latency_ms_le_2000)), (2000, 5000, SUM(latency_ms_le_5000)), (5000, 5000, SUM(latency_ms_gt_5000))] AS latency_buckets
  FROM `example-project.datastreamx.rollups`
  WHERE `rollup` = 'previous_channel_channel'
  GROUP BY day, previous_channel_id, channel_id);
