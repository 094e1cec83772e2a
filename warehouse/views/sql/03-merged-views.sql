-- Generated from the contract; see README.md. Do not edit.
CREATE OR REPLACE VIEW `example-project.datastreamx.position` (
  version OPTIONS(description = 'The batch version in force.'),
  cut OPTIONS(description = 'Last ingest batch that it covers.'),
  minutes_from OPTIONS(description = 'Since this day reports can go by the minute; null: since ever.'),
  hours_from OPTIONS(description = 'Since this day they can go by the hour; null: since ever.'),
  ingest_batch OPTIONS(description = 'Last ingest batch that merged answers cover.'),
  offsets OPTIONS(description = 'JSON: topic-partition to [start, end) of that batch.'),
  max_append_time OPTIONS(description = 'Append time of the newest record after the cut.')
)
OPTIONS(description = 'How far the merged views reach, batch version v0000000042-nightly-2026-11-24 up to ingest batch 42, live after it.')
AS
SELECT 'v0000000042-nightly-2026-11-24' AS version, 42 AS cut, DATE '2026-11-21' AS minutes_from, DATE '2026-08-25' AS hours_from, GREATEST(42, IFNULL(MAX(ingest_batch), -1)) AS ingest_batch,
  ARRAY_AGG(offsets ORDER BY ingest_batch DESC LIMIT 1)[SAFE_OFFSET(0)] AS offsets, MAX(max_append_time) AS max_append_time
FROM `example-project.datastreamx.ledger`
WHERE ingest_batch >= 42;

CREATE OR REPLACE VIEW `example-project.datastreamx.ad_opportunities` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  side OPTIONS(description = 'batch: up to the cut; live: after it.'),
  ingest_batch OPTIONS(description = 'The ingest batch of a live row.'),
  minute OPTIONS(description = 'Minute of the event time.'),
  request_id OPTIONS(description = 'The ad opportunity; OpenRTB BidRequest.id.'),
  device OPTIONS(description = 'Pseudonym of the box: HMAC-SHA-256 of device_id.'),
  channel_id OPTIONS(description = 'The channel being viewed.'),
  previous_channel_id OPTIONS(description = 'The channel viewed before it.'),
  last_ad_id OPTIONS(description = 'The last ad displayed on this box.'),
  region OPTIONS(description = 'Region of the box.'),
  device_model OPTIONS(description = 'Model of the box; OpenRTB Device.model.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  ad_id OPTIONS(description = 'The advertisement; OpenRTB Bid.adid.'),
  reason OPTIONS(description = 'Why it ended so: a code, such as error_http_status.'),
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
  latency_ms_le_1 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_2 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_3 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_5 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_7 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_10 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_15 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_20 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_25 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_30 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_40 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_50 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_60 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_75 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_100 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_125 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_150 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_200 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_250 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_300 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_400 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_500 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_750 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_1000 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_2000 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_5000 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_gt_5000 OPTIONS(description = 'Responses in this bucket of latency.')
)
OPTIONS(description = 'What happened to each request, history and present, batch version v0000000042-nightly-2026-11-24 up to ingest batch 42, live after it. Rows are partial: sum those with equal keys.')
AS
SELECT day, 'batch' AS side, CAST(NULL AS INT64) AS ingest_batch, fact.minute, request_id, device, channel_id, previous_channel_id, last_ad_id, region, device_model, fact.aggregator_id, fact.ad_id, fact.reason, fact.requests, fact.decisions, fact.expired, fact.no_candidates, fact.responses, fact.fills, fact.no_fills, fact.timeouts, fact.response_errors, fact.impressions, fact.starts, fact.completes, fact.playback_errors, fact.implausible_clocks, fact.completed_price_micros, fact.completes_without_fill, fact.unfilled_price_micros, fact.tune_ins, fact.tuned_s, fact.latency_ms_le_1, fact.latency_ms_le_2, fact.latency_ms_le_3, fact.latency_ms_le_5, fact.latency_ms_le_7, fact.latency_ms_le_10, fact.latency_ms_le_15, fact.latency_ms_le_20, fact.latency_ms_le_25, fact.latency_ms_le_30, fact.latency_ms_le_40, fact.latency_ms_le_50, fact.latency_ms_le_60, fact.latency_ms_le_75, fact.latency_ms_le_100, fact.latency_ms_le_125, fact.latency_ms_le_150, fact.latency_ms_le_200, fact.latency_ms_le_250, fact.latency_ms_le_300, fact.latency_ms_le_400, fact.latency_ms_le_500, fact.latency_ms_le_750, fact.latency_ms_le_1000, fact.latency_ms_le_2000, fact.latency_ms_le_5000, fact.latency_ms_gt_5000
FROM `example-project.datastreamx.ad_opportunities_v0000000042_nightly_2026_11_24_f5963967`, UNNEST(facts) AS fact
UNION ALL
SELECT DATE(counted_time, 'UTC') AS day, 'live' AS side, ingest_batch, TIMESTAMP_TRUNC(counted_time, MINUTE, 'UTC') AS minute, request_id, device, channel_id, previous_channel_id, last_ad_id, region, device_model, aggregator_id, ad_id, reason,
  CASE WHEN event_type = 'ad_request' THEN 1 ELSE 0 END AS requests,
  CASE WHEN event_type = 'ad_decision' AND status = 'routed' THEN 1 ELSE 0 END AS decisions,
  CASE WHEN event_type = 'ad_decision' AND status = 'expired' THEN 1 ELSE 0 END AS expired,
  CASE WHEN event_type = 'ad_decision' AND status = 'no_candidate' THEN 1 ELSE 0 END AS no_candidates,
  CASE WHEN event_type = 'response' THEN 1 ELSE 0 END AS responses,
  CASE WHEN event_type = 'response' AND outcome = 'fill' THEN 1 ELSE 0 END AS fills,
  CASE WHEN event_type = 'response' AND outcome = 'no_fill' THEN 1 ELSE 0 END AS no_fills,
  CASE WHEN event_type = 'response' AND outcome = 'timeout' THEN 1 ELSE 0 END AS timeouts,
  CASE WHEN event_type = 'response' AND outcome = 'error' THEN 1 ELSE 0 END AS response_errors,
  CASE WHEN event_type = 'impression' THEN 1 ELSE 0 END AS impressions,
  CASE WHEN event_type = 'start' THEN 1 ELSE 0 END AS starts,
  CASE WHEN event_type = 'complete' THEN 1 ELSE 0 END AS completes,
  CASE WHEN event_type = 'error' THEN 1 ELSE 0 END AS playback_errors,
  CASE WHEN implausible_clock AND NOT (event_type = 'ad_delivery') THEN 1 ELSE 0 END AS implausible_clocks,
  CASE WHEN event_type = 'complete' THEN counted_price_micros ELSE 0 END AS completed_price_micros,
  CASE WHEN event_type = 'complete' AND price_source = 'box' THEN 1 ELSE 0 END AS completes_without_fill,
  CASE WHEN event_type = 'complete' AND price_source = 'box' THEN counted_price_micros ELSE 0 END AS unfilled_price_micros,
  CASE WHEN event_type = 'tune_in' THEN 1 ELSE 0 END AS tune_ins,
  CASE WHEN event_type IN ('tune_out', 'heartbeat') THEN duration_s ELSE 0 END AS tuned_s,
  CASE WHEN event_type = 'response' AND latency_ms > -1 AND latency_ms <= 1 THEN 1 ELSE 0 END AS latency_ms_le_1,
  CASE WHEN event_type = 'response' AND latency_ms > 1 AND latency_ms <= 2 THEN 1 ELSE 0 END AS latency_ms_le_2,
  CASE WHEN event_type = 'response' AND latency_ms > 2 AND latency_ms <= 3 THEN 1 ELSE 0 END AS latency_ms_le_3,
  CASE WHEN event_type = 'response' AND latency_ms > 3 AND latency_ms <= 5 THEN 1 ELSE 0 END AS latency_ms_le_5,
  CASE WHEN event_type = 'response' AND latency_ms > 5 AND latency_ms <= 7 THEN 1 ELSE 0 END AS latency_ms_le_7,
  CASE WHEN event_type = 'response' AND latency_ms > 7 AND latency_ms <= 10 THEN 1 ELSE 0 END AS latency_ms_le_10,
  CASE WHEN event_type = 'response' AND latency_ms > 10 AND latency_ms <= 15 THEN 1 ELSE 0 END AS latency_ms_le_15,
  CASE WHEN event_type = 'response' AND latency_ms > 15 AND latency_ms <= 20 THEN 1 ELSE 0 END AS latency_ms_le_20,
  CASE WHEN event_type = 'response' AND latency_ms > 20 AND latency_ms <= 25 THEN 1 ELSE 0 END AS latency_ms_le_25,
  CASE WHEN event_type = 'response' AND latency_ms > 25 AND latency_ms <= 30 THEN 1 ELSE 0 END AS latency_ms_le_30,
  CASE WHEN event_type = 'response' AND latency_ms > 30 AND latency_ms <= 40 THEN 1 ELSE 0 END AS latency_ms_le_40,
  CASE WHEN event_type = 'response' AND latency_ms > 40 AND latency_ms <= 50 THEN 1 ELSE 0 END AS latency_ms_le_50,
  CASE WHEN event_type = 'response' AND latency_ms > 50 AND latency_ms <= 60 THEN 1 ELSE 0 END AS latency_ms_le_60,
  CASE WHEN event_type = 'response' AND latency_ms > 60 AND latency_ms <= 75 THEN 1 ELSE 0 END AS latency_ms_le_75,
  CASE WHEN event_type = 'response' AND latency_ms > 75 AND latency_ms <= 100 THEN 1 ELSE 0 END AS latency_ms_le_100,
  CASE WHEN event_type = 'response' AND latency_ms > 100 AND latency_ms <= 125 THEN 1 ELSE 0 END AS latency_ms_le_125,
  CASE WHEN event_type = 'response' AND latency_ms > 125 AND latency_ms <= 150 THEN 1 ELSE 0 END AS latency_ms_le_150,
  CASE WHEN event_type = 'response' AND latency_ms > 150 AND latency_ms <= 200 THEN 1 ELSE 0 END AS latency_ms_le_200,
  CASE WHEN event_type = 'response' AND latency_ms > 200 AND latency_ms <= 250 THEN 1 ELSE 0 END AS latency_ms_le_250,
  CASE WHEN event_type = 'response' AND latency_ms > 250 AND latency_ms <= 300 THEN 1 ELSE 0 END AS latency_ms_le_300,
  CASE WHEN event_type = 'response' AND latency_ms > 300 AND latency_ms <= 400 THEN 1 ELSE 0 END AS latency_ms_le_400,
  CASE WHEN event_type = 'response' AND latency_ms > 400 AND latency_ms <= 500 THEN 1 ELSE 0 END AS latency_ms_le_500,
  CASE WHEN event_type = 'response' AND latency_ms > 500 AND latency_ms <= 750 THEN 1 ELSE 0 END AS latency_ms_le_750,
  CASE WHEN event_type = 'response' AND latency_ms > 750 AND latency_ms <= 1000 THEN 1 ELSE 0 END AS latency_ms_le_1000,
  CASE WHEN event_type = 'response' AND latency_ms > 1000 AND latency_ms <= 2000 THEN 1 ELSE 0 END AS latency_ms_le_2000,
  CASE WHEN event_type = 'response' AND latency_ms > 2000 AND latency_ms <= 5000 THEN 1 ELSE 0 END AS latency_ms_le_5000,
  CASE WHEN event_type = 'response' AND latency_ms > 5000 THEN 1 ELSE 0 END AS latency_ms_gt_5000
FROM `example-project.datastreamx.events`
JOIN (
  SELECT ingest_batch, MIN(write_id) AS write_id
  FROM `example-project.datastreamx.ledger`
  WHERE ingest_batch > 42
  GROUP BY ingest_batch) AS complete
USING (ingest_batch, write_id)
WHERE ingest_batch > 42 AND NOT duplicate AND request_id IS NOT NULL AND NOT (event_type = 'ad_delivery');

CREATE OR REPLACE VIEW `example-project.datastreamx.rollups` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  grain OPTIONS(description = 'minute, hour or day: the finest by which the day can be told, since its batch rows are kept by it.'),
  side OPTIONS(description = 'batch: up to the cut; live: after it.'),
  ingest_batch OPTIONS(description = 'The ingest batch of a live row.'),
  `rollup` OPTIONS(description = 'The rollup that the row belongs to.'),
  minute OPTIONS(description = 'Minute of the event time; where a batch version keeps the day by a coarser grain, the start of its hour or day.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  channel_id OPTIONS(description = 'The channel being viewed.'),
  previous_channel_id OPTIONS(description = 'The channel viewed before it.'),
  region OPTIONS(description = 'Region of the box.'),
  device_model OPTIONS(description = 'Model of the box; OpenRTB Device.model.'),
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
  latency_ms_le_1 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_2 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_3 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_5 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_7 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_10 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_15 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_20 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_25 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_30 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_40 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_50 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_60 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_75 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_100 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_125 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_150 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_200 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_250 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_300 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_400 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_500 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_750 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_1000 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_2000 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_5000 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_gt_5000 OPTIONS(description = 'Responses in this bucket of latency.'),
  devices OPTIONS(description = 'HyperLogLog sketch of devices (DataSketches).')
)
OPTIONS(description = 'All rollups, history and present, batch version v0000000042-nightly-2026-11-24 up to ingest batch 42, live after it. Rows are partial: sum those with equal keys.')
AS
SELECT day, CASE WHEN day < DATE '2026-08-25' THEN 'day' WHEN day < DATE '2026-11-21' THEN 'hour' ELSE 'minute' END AS grain, 'batch' AS side, CAST(NULL AS INT64) AS ingest_batch, `rollup`, minute, aggregator_id, channel_id, previous_channel_id, region, device_model, ad_id, requests, decisions, expired, no_candidates, responses, fills, no_fills, timeouts, response_errors, impressions, starts, completes, playback_errors, implausible_clocks, completed_price_micros, completes_without_fill, unfilled_price_micros, tune_ins, tuned_s, latency_ms_le_1, latency_ms_le_2, latency_ms_le_3, latency_ms_le_5, latency_ms_le_7, latency_ms_le_10, latency_ms_le_15, latency_ms_le_20, latency_ms_le_25, latency_ms_le_30, latency_ms_le_40, latency_ms_le_50, latency_ms_le_60, latency_ms_le_75, latency_ms_le_100, latency_ms_le_125, latency_ms_le_150, latency_ms_le_200, latency_ms_le_250, latency_ms_le_300, latency_ms_le_400, latency_ms_le_500, latency_ms_le_750, latency_ms_le_1000, latency_ms_le_2000, latency_ms_le_5000, latency_ms_gt_5000, devices
FROM `example-project.datastreamx.rollups_v0000000042_nightly_2026_11_24_f5963967`
UNION ALL
SELECT DATE(minute, 'UTC') AS day, CASE WHEN DATE(minute, 'UTC') < DATE '2026-08-25' THEN 'day' WHEN DATE(minute, 'UTC') < DATE '2026-11-21' THEN 'hour' ELSE 'minute' END AS grain, 'live' AS side, ingest_batch, `rollup`, minute, aggregator_id, channel_id, previous_channel_id, region, device_model, ad_id, requests, decisions, expired, no_candidates, responses, fills, no_fills, timeouts, response_errors, impressions, starts, completes, playback_errors, implausible_clocks, completed_price_micros, completes_without_fill, unfilled_price_micros, tune_ins, tuned_s, latency_ms_le_1, latency_ms_le_2, latency_ms_le_3, latency_ms_le_5, latency_ms_le_7, latency_ms_le_10, latency_ms_le_15, latency_ms_le_20, latency_ms_le_25, latency_ms_le_30, latency_ms_le_40, latency_ms_le_50, latency_ms_le_60, latency_ms_le_75, latency_ms_le_100, latency_ms_le_125, latency_ms_le_150, latency_ms_le_200, latency_ms_le_250, latency_ms_le_300, latency_ms_le_400, latency_ms_le_500, latency_ms_le_750, latency_ms_le_1000, latency_ms_le_2000, latency_ms_le_5000, latency_ms_gt_5000, devices
FROM `example-project.datastreamx.live`
JOIN (
  SELECT ingest_batch, MIN(write_id) AS write_id
  FROM `example-project.datastreamx.ledger`
  WHERE ingest_batch > 42
  GROUP BY ingest_batch) AS complete
USING (ingest_batch, write_id)
WHERE ingest_batch > 42;
