-- Generated from the contract; see README.md. Do not edit.
CREATE OR REPLACE VIEW `example-project.team_partners.aggregator_delivery` (
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
  completes_without_fill OPTIONS(description = 'Completes of ads of which no fill is known: only the box vouches for them.'),
  tune_ins OPTIONS(description = 'Times a box tuned to a channel.'),
  tuned_s OPTIONS(description = 'Seconds tuned.'),
  fill_rate OPTIONS(description = 'fills / responses'),
  render_rate OPTIONS(description = 'impressions / fills'),
  completion_rate OPTIONS(description = 'completes / starts'),
  timeout_rate OPTIONS(description = 'timeouts / responses'),
  latency_p50 OPTIONS(description = 'Milliseconds that 50 % of responses did not exceed.'),
  latency_p95 OPTIONS(description = 'Milliseconds that 95 % of responses did not exceed.'),
  latency_p99 OPTIONS(description = 'Milliseconds that 99 % of responses did not exceed.')
)
OPTIONS(description = 'How aggregators deliver by day and channel, without money. Filter on day.')
AS
SELECT day, aggregator_id, channel_id, requests, decisions, expired, no_candidates, responses, fills, no_fills, timeouts, response_errors, impressions, starts, completes, playback_errors, implausible_clocks, completes_without_fill, tune_ins, tuned_s, fill_rate, render_rate, completion_rate, timeout_rate, latency_p50, latency_p95, latency_p99
FROM `example-project.datastreamx.aggregator_channel_by_day`;

CREATE OR REPLACE ROW ACCESS POLICY cleared
ON `example-project.datastreamx.rollups_v0000000042_nightly_2026_11_24_f5963967`
GRANT TO ('serviceAccount:datastreamx-batch@example-project.iam.gserviceaccount.com', 'group:ad-analysts@example.com')
FILTER USING (TRUE);

CREATE OR REPLACE ROW ACCESS POLICY aggregator_alpha
ON `example-project.datastreamx.rollups_v0000000042_nightly_2026_11_24_f5963967`
GRANT TO ('group:partner-alpha@example.com')
FILTER USING (aggregator_id = 'alpha');

CREATE OR REPLACE ROW ACCESS POLICY cleared
ON `example-project.datastreamx.live`
GRANT TO ('serviceAccount:datastreamx-batch@example-project.iam.gserviceaccount.com', 'group:ad-analysts@example.com')
FILTER USING (TRUE);

CREATE OR REPLACE ROW ACCESS POLICY aggregator_alpha
ON `example-project.datastreamx.live`
GRANT TO ('group:partner-alpha@example.com')
FILTER USING (aggregator_id = 'alpha');
