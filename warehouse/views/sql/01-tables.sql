-- Generated from the contract; see README.md. Do not edit.
CREATE TABLE IF NOT EXISTS `example-project.datastreamx.live` (
  write_id STRING OPTIONS(description = 'The attempt that wrote the row; only rows of the attempt named in the ledger count. Null in the ledger: an older batch, whose rows were never here.'),
  ingest_batch INT64 OPTIONS(description = 'Number of the ingest batch: the position in the log.'),
  `rollup` STRING OPTIONS(description = 'The rollup that the row belongs to.'),
  minute TIMESTAMP OPTIONS(description = 'Minute of the event time.'),
  aggregator_id STRING OPTIONS(description = 'The chosen aggregator; present when routed.'),
  channel_id STRING OPTIONS(description = 'The channel being viewed.'),
  previous_channel_id STRING OPTIONS(description = 'The channel viewed before it.'),
  region STRING OPTIONS(description = 'Region of the box.'),
  device_model STRING OPTIONS(description = 'Model of the box; OpenRTB Device.model.'),
  ad_id STRING OPTIONS(description = 'The advertisement; OpenRTB Bid.adid.'),
  requests INT64 OPTIONS(description = 'Ad opportunities asked for.'),
  decisions INT64 OPTIONS(description = 'Requests routed to an aggregator.'),
  expired INT64 OPTIONS(description = 'Requests seen only after their deadline.'),
  no_candidates INT64 OPTIONS(description = 'Requests that no aggregator could take.'),
  responses INT64 OPTIONS(description = 'Answers of aggregators, one per attempt.'),
  fills INT64 OPTIONS(description = 'Answers with an ad.'),
  no_fills INT64 OPTIONS(description = 'Answers without an ad.'),
  timeouts INT64 OPTIONS(description = 'Attempts that ran out of time.'),
  response_errors INT64 OPTIONS(description = 'Attempts that failed.'),
  impressions INT64 OPTIONS(description = 'Ads that began to render (VAST Impression).'),
  starts INT64 OPTIONS(description = 'Ads whose playback began (VAST start).'),
  completes INT64 OPTIONS(description = 'Ads played to the end (VAST complete).'),
  playback_errors INT64 OPTIONS(description = 'Ads that failed to play (VAST Error).'),
  completed_price_micros INT64 OPTIONS(description = 'Sum of CPM prices over completes, micro-units.'),
  tune_ins INT64 OPTIONS(description = 'Times a box tuned to a channel.'),
  tuned_s INT64 OPTIONS(description = 'Seconds tuned.'),
  latency_ms_le_1 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_2 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_3 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_5 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_7 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_10 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_15 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_20 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_25 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_30 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_40 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_50 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_60 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_75 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_100 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_125 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_150 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_200 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_250 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_300 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_400 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_500 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_750 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_1000 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_2000 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_le_5000 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  latency_ms_gt_5000 INT64 OPTIONS(description = 'Responses in this bucket of latency.'),
  devices BYTES OPTIONS(description = 'HyperLogLog sketch of devices (DataSketches).')
)
PARTITION BY RANGE_BUCKET(ingest_batch, GENERATE_ARRAY(0, 90000000, 10000))
CLUSTER BY ingest_batch, `rollup`, minute
OPTIONS(
  description = 'Partial aggregates of every rollup, one set per ingest batch. Read them through the view rollups.',
  require_partition_filter = TRUE,
  expiration_timestamp = TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL 90 DAY),
  labels = [('app', 'datastreamx')]
);

CREATE TABLE IF NOT EXISTS `example-project.datastreamx.events` (
  write_id STRING OPTIONS(description = 'The attempt that wrote the row; only rows of the attempt named in the ledger count. Null in the ledger: an older batch, whose rows were never here.'),
  ingest_batch INT64 OPTIONS(description = 'Number of the ingest batch: the position in the log.'),
  topic STRING OPTIONS(description = 'Kafka topic.'),
  `partition` INT64 OPTIONS(description = 'Kafka partition.'),
  offset INT64 OPTIONS(description = 'Kafka offset.'),
  append_time TIMESTAMP OPTIONS(description = 'When the broker appended the record.'),
  duplicate BOOL OPTIONS(description = 'An earlier record has the same event_id.'),
  schema_version STRING OPTIONS(description = 'Version of the event\'s schema.'),
  event_id STRING OPTIONS(description = 'Unique id of the event; a retry repeats it.'),
  event_type STRING OPTIONS(description = 'What happened.'),
  event_time TIMESTAMP OPTIONS(description = 'When it happened, by the sender\'s clock, UTC.'),
  device STRING OPTIONS(description = 'Pseudonym of the box: HMAC-SHA-256 of device_id.'),
  key_id STRING OPTIONS(description = 'The key of the pseudonym; uniques hold within one key.'),
  channel_id STRING OPTIONS(description = 'The channel being viewed.'),
  previous_channel_id STRING OPTIONS(description = 'The channel viewed before it.'),
  last_ad_id STRING OPTIONS(description = 'The last ad displayed on this box.'),
  region STRING OPTIONS(description = 'Region of the box.'),
  device_model STRING OPTIONS(description = 'Model of the box; OpenRTB Device.model.'),
  duration_s INT64 OPTIONS(description = 'Seconds tuned since the last such event of this box.'),
  request_id STRING OPTIONS(description = 'The ad opportunity; OpenRTB BidRequest.id.'),
  tmax_ms INT64 OPTIONS(description = 'Time to answer, milliseconds; OpenRTB BidRequest.tmax.'),
  pod_id STRING OPTIONS(description = 'The ad break; OpenRTB Video.podid.'),
  slot_in_pod INT64 OPTIONS(description = 'Position in the break; OpenRTB Video.slotinpod.'),
  max_duration_s INT64 OPTIONS(description = 'Longest ad that fits, seconds; OpenRTB Video.maxduration.'),
  bid_floor_micros INT64 OPTIONS(description = 'Least CPM price accepted, micro-units.'),
  currency STRING OPTIONS(description = 'ISO-4217; the configured currency where absent.'),
  request_time TIMESTAMP OPTIONS(description = 'event_time of the request.'),
  status STRING OPTIONS(description = 'How the decision ended.'),
  ranked ARRAY<STRUCT<
    aggregator_id STRING OPTIONS(description = 'The ad aggregator.'),
    score_micros INT64 OPTIONS(description = 'Expected earnings, micro-units per thousand requests.'),
    propensity FLOAT64 OPTIONS(description = 'Probability of being chosen first.')>> OPTIONS(description = 'Candidates, best first.'),
  aggregator_id STRING OPTIONS(description = 'The chosen aggregator; present when routed.'),
  propensity FLOAT64 OPTIONS(description = 'Probability with which it was chosen.'),
  explore BOOL OPTIONS(description = 'Whether the draw left the best candidate.'),
  snapshot_id STRING OPTIONS(description = 'Policy, health and caps that were in force.'),
  policy_version STRING OPTIONS(description = 'Version of the policy.'),
  model_version STRING OPTIONS(description = 'Version of the model; absent without one.'),
  excluded ARRAY<STRUCT<
    aggregator_id STRING OPTIONS(description = 'The ad aggregator.'),
    reason STRING OPTIONS(description = 'Why it was left out.')>> OPTIONS(description = 'Aggregators left out, with reasons.'),
  attempt INT64 OPTIONS(description = 'Position in the fallback order, from 1.'),
  outcome STRING OPTIONS(description = 'How the aggregator answered.'),
  nbr INT64 OPTIONS(description = 'OpenRTB no-bid reason.'),
  latency_ms INT64 OPTIONS(description = 'Time that the answer took, milliseconds.'),
  price_micros INT64 OPTIONS(description = 'CPM price, micro-units; required with a fill.'),
  ad_id STRING OPTIONS(description = 'The advertisement; OpenRTB Bid.adid.'),
  creative_id STRING OPTIONS(description = 'OpenRTB Bid.crid.'),
  error_code INT64 OPTIONS(description = 'VAST error code.'),
  media_url STRING OPTIONS(description = 'Where the box fetches the ad.'),
  extra STRING OPTIONS(description = 'Fields that the contract does not know, as one JSON object.')
)
PARTITION BY RANGE_BUCKET(ingest_batch, GENERATE_ARRAY(0, 90000000, 10000))
CLUSTER BY ingest_batch, event_type, channel_id
OPTIONS(
  description = 'The raw log since the oldest version kept: every valid event, duplicates flagged. The lake has all of it.',
  require_partition_filter = TRUE,
  expiration_timestamp = TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL 90 DAY),
  labels = [('app', 'datastreamx')]
);

CREATE TABLE IF NOT EXISTS `example-project.datastreamx.ledger` (
  write_id STRING OPTIONS(description = 'The attempt that wrote the row; only rows of the attempt named in the ledger count. Null in the ledger: an older batch, whose rows were never here.'),
  ingest_batch INT64 OPTIONS(description = 'Number of the ingest batch: the position in the log.'),
  app_id STRING OPTIONS(description = 'The checkpoint that wrote the batch.'),
  records_read INT64 OPTIONS(description = 'Records read from Kafka.'),
  accepted INT64 OPTIONS(description = 'Valid events that count.'),
  duplicate INT64 OPTIONS(description = 'Valid events flagged as duplicates.'),
  quarantined INT64 OPTIONS(description = 'Records refused.'),
  offsets STRING OPTIONS(description = 'JSON: topic-partition to [start, end) of this batch.'),
  min_append_time TIMESTAMP OPTIONS(description = 'Earliest Kafka append time in the batch.'),
  max_append_time TIMESTAMP OPTIONS(description = 'Latest Kafka append time in the batch.'),
  completed_at TIMESTAMP OPTIONS(description = 'When the row was written.')
)
PARTITION BY RANGE_BUCKET(ingest_batch, GENERATE_ARRAY(0, 90000000, 10000))
CLUSTER BY ingest_batch
OPTIONS(
  description = 'One row per ingest batch whose rows are completely here, written last, and per older batch.',
  require_partition_filter = TRUE,
  expiration_timestamp = TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL 90 DAY),
  labels = [('app', 'datastreamx')]
);
