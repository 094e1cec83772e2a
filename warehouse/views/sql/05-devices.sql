-- Generated from the contract; see README.md. Do not edit.
CREATE OR REPLACE VIEW `example-project.datastreamx.aggregator_channel_devices_by_minute` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  minute OPTIONS(description = 'The minute of the event time.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  channel_id OPTIONS(description = 'The channel being viewed.'),
  unique_devices OPTIONS(description = 'Distinct boxes, estimated; holds within one key period.')
)
OPTIONS(description = 'Distinct boxes by minute and aggregator_id, channel_id. Filter on day.')
AS
SELECT day,
  minute,
  aggregator_id,
  channel_id,
  CAST(ROUND(`bqutil.datasketches.hll_sketch_get_estimate`(`bqutil.datasketches.hll_sketch_agg_union`(devices))) AS INT64) AS unique_devices
FROM `example-project.datastreamx.rollups`
WHERE `rollup` = 'aggregator_channel' AND grain IN ('minute')
GROUP BY day, minute, aggregator_id, channel_id;

CREATE OR REPLACE VIEW `example-project.datastreamx.aggregator_channel_devices_by_hour` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  hour OPTIONS(description = 'The hour of the event time.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  channel_id OPTIONS(description = 'The channel being viewed.'),
  unique_devices OPTIONS(description = 'Distinct boxes, estimated; holds within one key period.')
)
OPTIONS(description = 'Distinct boxes by hour and aggregator_id, channel_id. Filter on day.')
AS
SELECT day,
  TIMESTAMP_TRUNC(minute, HOUR, 'UTC') AS hour,
  aggregator_id,
  channel_id,
  CAST(ROUND(`bqutil.datasketches.hll_sketch_get_estimate`(`bqutil.datasketches.hll_sketch_agg_union`(devices))) AS INT64) AS unique_devices
FROM `example-project.datastreamx.rollups`
WHERE `rollup` = 'aggregator_channel' AND grain IN ('minute', 'hour')
GROUP BY day, hour, aggregator_id, channel_id;

CREATE OR REPLACE VIEW `example-project.datastreamx.aggregator_channel_devices_by_day` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  channel_id OPTIONS(description = 'The channel being viewed.'),
  unique_devices OPTIONS(description = 'Distinct boxes, estimated; holds within one key period.')
)
OPTIONS(description = 'Distinct boxes by day and aggregator_id, channel_id. Filter on day.')
AS
SELECT day,
  aggregator_id,
  channel_id,
  CAST(ROUND(`bqutil.datasketches.hll_sketch_get_estimate`(`bqutil.datasketches.hll_sketch_agg_union`(devices))) AS INT64) AS unique_devices
FROM `example-project.datastreamx.rollups`
WHERE `rollup` = 'aggregator_channel'
GROUP BY day, aggregator_id, channel_id;

CREATE OR REPLACE VIEW `example-project.datastreamx.aggregator_region_device_model_devices_by_minute` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  minute OPTIONS(description = 'The minute of the event time.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  region OPTIONS(description = 'Region of the box.'),
  device_model OPTIONS(description = 'Model of the box; OpenRTB Device.model.'),
  unique_devices OPTIONS(description = 'Distinct boxes, estimated; holds within one key period.')
)
OPTIONS(description = 'Distinct boxes by minute and aggregator_id, region, device_model. Filter on day.')
AS
SELECT day,
  minute,
  aggregator_id,
  region,
  device_model,
  CAST(ROUND(`bqutil.datasketches.hll_sketch_get_estimate`(`bqutil.datasketches.hll_sketch_agg_union`(devices))) AS INT64) AS unique_devices
FROM `example-project.datastreamx.rollups`
WHERE `rollup` = 'aggregator_region_device_model' AND grain IN ('minute')
GROUP BY day, minute, aggregator_id, region, device_model;

CREATE OR REPLACE VIEW `example-project.datastreamx.aggregator_region_device_model_devices_by_hour` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  hour OPTIONS(description = 'The hour of the event time.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  region OPTIONS(description = 'Region of the box.'),
  device_model OPTIONS(description = 'Model of the box; OpenRTB Device.model.'),
  unique_devices OPTIONS(description = 'Distinct boxes, estimated; holds within one key period.')
)
OPTIONS(description = 'Distinct boxes by hour and aggregator_id, region, device_model. Filter on day.')
AS
SELECT day,
  TIMESTAMP_TRUNC(minute, HOUR, 'UTC') AS hour,
  aggregator_id,
  region,
  device_model,
  CAST(ROUND(`bqutil.datasketches.hll_sketch_get_estimate`(`bqutil.datasketches.hll_sketch_agg_union`(devices))) AS INT64) AS unique_devices
FROM `example-project.datastreamx.rollups`
WHERE `rollup` = 'aggregator_region_device_model' AND grain IN ('minute', 'hour')
GROUP BY day, hour, aggregator_id, region, device_model;

CREATE OR REPLACE VIEW `example-project.datastreamx.aggregator_region_device_model_devices_by_day` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  region OPTIONS(description = 'Region of the box.'),
  device_model OPTIONS(description = 'Model of the box; OpenRTB Device.model.'),
  unique_devices OPTIONS(description = 'Distinct boxes, estimated; holds within one key period.')
)
OPTIONS(description = 'Distinct boxes by day and aggregator_id, region, device_model. Filter on day.')
AS
SELECT day,
  aggregator_id,
  region,
  device_model,
  CAST(ROUND(`bqutil.datasketches.hll_sketch_get_estimate`(`bqutil.datasketches.hll_sketch_agg_union`(devices))) AS INT64) AS unique_devices
FROM `example-project.datastreamx.rollups`
WHERE `rollup` = 'aggregator_region_device_model'
GROUP BY day, aggregator_id, region, device_model;

CREATE OR REPLACE VIEW `example-project.datastreamx.aggregator_ad_devices_by_minute` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  minute OPTIONS(description = 'The minute of the event time.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  ad_id OPTIONS(description = 'The advertisement; OpenRTB Bid.adid.'),
  unique_devices OPTIONS(description = 'Distinct boxes, estimated; holds within one key period.')
)
OPTIONS(description = 'Distinct boxes by minute and aggregator_id, ad_id. Filter on day.')
AS
SELECT day,
  minute,
  aggregator_id,
  ad_id,
  CAST(ROUND(`bqutil.datasketches.hll_sketch_get_estimate`(`bqutil.datasketches.hll_sketch_agg_union`(devices))) AS INT64) AS unique_devices
FROM `example-project.datastreamx.rollups`
WHERE `rollup` = 'aggregator_ad' AND grain IN ('minute')
GROUP BY day, minute, aggregator_id, ad_id;

CREATE OR REPLACE VIEW `example-project.datastreamx.aggregator_ad_devices_by_hour` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  hour OPTIONS(description = 'The hour of the event time.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  ad_id OPTIONS(description = 'The advertisement; OpenRTB Bid.adid.'),
  unique_devices OPTIONS(description = 'Distinct boxes, estimated; holds within one key period.')
)
OPTIONS(description = 'Distinct boxes by hour and aggregator_id, ad_id. Filter on day.')
AS
SELECT day,
  TIMESTAMP_TRUNC(minute, HOUR, 'UTC') AS hour,
  aggregator_id,
  ad_id,
  CAST(ROUND(`bqutil.datasketches.hll_sketch_get_estimate`(`bqutil.datasketches.hll_sketch_agg_union`(devices))) AS INT64) AS unique_devices
FROM `example-project.datastreamx.rollups`
WHERE `rollup` = 'aggregator_ad' AND grain IN ('minute', 'hour')
GROUP BY day, hour, aggregator_id, ad_id;

CREATE OR REPLACE VIEW `example-project.datastreamx.aggregator_ad_devices_by_day` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  aggregator_id OPTIONS(description = 'The chosen aggregator; present when routed.'),
  ad_id OPTIONS(description = 'The advertisement; OpenRTB Bid.adid.'),
  unique_devices OPTIONS(description = 'Distinct boxes, estimated; holds within one key period.')
)
OPTIONS(description = 'Distinct boxes by day and aggregator_id, ad_id. Filter on day.')
AS
SELECT day,
  aggregator_id,
  ad_id,
  CAST(ROUND(`bqutil.datasketches.hll_sketch_get_estimate`(`bqutil.datasketches.hll_sketch_agg_union`(devices))) AS INT64) AS unique_devices
FROM `example-project.datastreamx.rollups`
WHERE `rollup` = 'aggregator_ad'
GROUP BY day, aggregator_id, ad_id;

CREATE OR REPLACE VIEW `example-project.datastreamx.previous_channel_channel_devices_by_minute` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  minute OPTIONS(description = 'The minute of the event time.'),
  previous_channel_id OPTIONS(description = 'The channel viewed before it.'),
  channel_id OPTIONS(description = 'The channel being viewed.'),
  unique_devices OPTIONS(description = 'Distinct boxes, estimated; holds within one key period.')
)
OPTIONS(description = 'Distinct boxes by minute and previous_channel_id, channel_id. Filter on day.')
AS
SELECT day,
  minute,
  previous_channel_id,
  channel_id,
  CAST(ROUND(`bqutil.datasketches.hll_sketch_get_estimate`(`bqutil.datasketches.hll_sketch_agg_union`(devices))) AS INT64) AS unique_devices
FROM `example-project.datastreamx.rollups`
WHERE `rollup` = 'previous_channel_channel' AND grain IN ('minute')
GROUP BY day, minute, previous_channel_id, channel_id;

CREATE OR REPLACE VIEW `example-project.datastreamx.previous_channel_channel_devices_by_hour` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  hour OPTIONS(description = 'The hour of the event time.'),
  previous_channel_id OPTIONS(description = 'The channel viewed before it.'),
  channel_id OPTIONS(description = 'The channel being viewed.'),
  unique_devices OPTIONS(description = 'Distinct boxes, estimated; holds within one key period.')
)
OPTIONS(description = 'Distinct boxes by hour and previous_channel_id, channel_id. Filter on day.')
AS
SELECT day,
  TIMESTAMP_TRUNC(minute, HOUR, 'UTC') AS hour,
  previous_channel_id,
  channel_id,
  CAST(ROUND(`bqutil.datasketches.hll_sketch_get_estimate`(`bqutil.datasketches.hll_sketch_agg_union`(devices))) AS INT64) AS unique_devices
FROM `example-project.datastreamx.rollups`
WHERE `rollup` = 'previous_channel_channel' AND grain IN ('minute', 'hour')
GROUP BY day, hour, previous_channel_id, channel_id;

CREATE OR REPLACE VIEW `example-project.datastreamx.previous_channel_channel_devices_by_day` (
  day OPTIONS(description = 'Day of the event time, UTC. Filter on it.'),
  previous_channel_id OPTIONS(description = 'The channel viewed before it.'),
  channel_id OPTIONS(description = 'The channel being viewed.'),
  unique_devices OPTIONS(description = 'Distinct boxes, estimated; holds within one key period.')
)
OPTIONS(description = 'Distinct boxes by day and previous_channel_id, channel_id. Filter on day.')
AS
SELECT day,
  previous_channel_id,
  channel_id,
  CAST(ROUND(`bqutil.datasketches.hll_sketch_get_estimate`(`bqutil.datasketches.hll_sketch_agg_union`(devices))) AS INT64) AS unique_devices
FROM `example-project.datastreamx.rollups`
WHERE `rollup` = 'previous_channel_channel'
GROUP BY day, previous_channel_id, channel_id;
