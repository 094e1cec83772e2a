'use strict';
/* The live page: listens to /v1/stream and shows what it says. The choice of view and window is in the address, so that it can be shared. */
(() => {
  const $ = id => document.getElementById(id);
  const TILES = ['requests', 'decisions', 'impressions', 'fill_rate', 'completion_rate', 'ecpm_micros', 'revenue_micros', 'latency_p95'];
  const AGGREGATOR_COLUMNS = ['decisions', 'share', 'fill_rate', 'impressions', 'completion_rate', 'ecpm_micros', 'revenue_micros', 'latency_p95'];
  const CHANNEL_COLUMNS = ['requests', 'decisions', 'impressions', 'fill_rate', 'completion_rate', 'ecpm_micros', 'revenue_micros', 'latency_p95'];
  const LABELS = {
    requests: 'Requests', decisions: 'Decisions', share: 'Share', impressions: 'Impressions', fill_rate: 'Fill rate', completion_rate: 'Completion',
    ecpm_micros: 'eCPM', revenue_micros: 'Revenue', latency_p95: 'Latency p95'
  };
  const FRESH_S = 10, STALE_S = 30, SILENT_S = 5;
  const choice = { view: 'merged', minutes: 30 };
  let glossary = {}, units = {}, currency = 'USD', status = null, heardAt = 0, figures = null, worth = '[]', source = null;

  const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
  const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 });

  function money(micros) {
    const value = micros / 1e6;
    const big = Math.abs(value) >= 1e6;
    return new Intl.NumberFormat('en', { style: 'currency', currency, notation: big ? 'compact' : 'standard', maximumFractionDigits: 2 }).format(value);
  }

  function shown(measure, value) {
    if (value === null || value === undefined) return '–';
    switch (units[measure]) {
      case 'micros': return money(value);
      case 'ratio': return (value * 100).toFixed(1) + ' %';
      case 'ms': return (value < 10 ? value.toFixed(1) : whole.format(value)) + ' ms';
      default: return value >= 1e7 ? compact.format(value) : whole.format(value);
    }
  }

  function meaning(measure) {
    return glossary[measure] ? measure + ': ' + glossary[measure] : measure;
  }

  function element(tag, text, attributes) {
    const e = document.createElement(tag);
    if (text !== undefined) e.textContent = text;
    Object.assign(e, attributes || {});
    return e;
  }

  function span(seconds) {
    if (seconds < 0) return '0.0 s';
    if (seconds < 60) return seconds.toFixed(1) + ' s';
    if (seconds < 3600) return Math.floor(seconds / 60) + ' min ' + Math.floor(seconds % 60) + ' s';
    if (seconds < 172800) return Math.floor(seconds / 3600) + ' h ' + Math.floor(seconds % 3600 / 60) + ' min';
    return Math.floor(seconds / 86400) + ' days';
  }

  /* ---- freshness ---- */
  function badge() {
    if (!heardAt) return ['none', 'Connecting', 'Waiting for the server'];
    if (Date.now() - heardAt > SILENT_S * 1000) return ['bad', 'Offline', 'The server has not been heard for ' + SILENT_S + ' s; the page reconnects by itself'];
    if (status.problem) return ['bad', 'Problem', status.problem];
    if (status.lost_records > 0) return ['bad', 'Records lost', 'Kafka deleted records before they were counted'];
    if (status.freshness_ms === null) return ['none', 'No data yet', 'No ingest batch is complete yet'];
    const age = ageSeconds(), lag = status.lag_records;
    if (age <= FRESH_S) return ['good', 'Live', 'The newest record counted is at most ' + FRESH_S + ' s old'];
    if (lag === 0) return ['good', 'Up to date', 'Nothing newer has been sent'];
    if (age <= STALE_S) return ['warn', 'Behind', 'Newer records are waiting to be counted'];
    return ['bad', 'Stale', lag === null ? status.lag_unknown : 'Newer records have been waiting for more than ' + STALE_S + ' s'];
  }

  function ageSeconds() {
    return (status.freshness_ms + Date.now() - heardAt) / 1000;
  }

  function showFreshness() {
    const [kind, text, why] = badge();
    $('badge').className = 'badge ' + kind;
    $('badge').textContent = text;
    $('badge').title = why;
    if (!status) return;
    const none = status.freshness_ms === null;
    $('as-of').textContent = none ? '–' : status.data_as_of.slice(0, 10) === status.now.slice(0, 10) ? status.data_as_of.slice(11, 19) : status.data_as_of.slice(0, 19).replace('T', ' ');
    $('age').textContent = none ? '–' : span(ageSeconds());
    $('lag').textContent = status.lag_records === null ? 'unknown' : whole.format(status.lag_records);
    $('position').textContent = status.ingest_batch < 0 ? '–' : status.ingest_batch;
    $('cut').textContent = status.cut < 0 ? '–' : status.cut;
    $('version').textContent = status.version || 'none yet';
  }

  /* ---- what was deleted before it was counted ---- */
  function lostRange(range) {
    const when = range.after && range.before ? ', appended between ' + range.after + ' and ' + range.before
      : range.before ? ', appended before ' + range.before : range.after ? ', appended after ' + range.after : '';
    return range.partition + ': offsets ' + range.start + ' to ' + (range.end - 1) + ', ' + whole.format(range.records) + ' records' + when;
  }

  function showLost() {
    const lost = status.lost_records;
    $('lost').hidden = lost === 0;
    if (lost === 0) return;
    const ranges = status.lost_ranges, told = ranges.reduce((sum, range) => sum + range.records, 0);
    $('lost').querySelector('strong').textContent = whole.format(lost) + ' records were deleted from Kafka before they were counted. Every figure lacks them.';
    $('lost').querySelector('ul').replaceChildren(...ranges.map(range => element('li', lostRange(range))));
    if (told < lost) $('lost').querySelector('ul').append(element('li', 'and ' + whole.format(lost - told) + ' before: see dsx ledger'));
  }

  /* ---- figures ---- */
  function showTiles(totals) {
    $('tiles').replaceChildren(...TILES.map(measure => {
      const tile = element('div', undefined, { className: 'tile', title: meaning(measure) });
      const value = element('div', shown(measure, totals[measure]), { className: 'value' });
      value.dataset.measure = measure;
      tile.append(element('div', LABELS[measure], { className: 'name' }), value);
      return tile;
    }));
  }

  function showTable(id, dimension, columns, rows, cut) {
    const head = element('tr');
    head.append(element('th', dimension === 'aggregator' ? 'Aggregator' : 'Channel'), ...columns.map(c => element('th', c === 'latency_p95' ? 'p95' : LABELS[c], { title: meaning(c) })));
    const routed = figures.totals.decisions;
    const lines = rows.map(row => {
      const line = element('tr');
      const name = element('td', row[dimension] === null ? 'none' : row[dimension]);
      if (dimension === 'aggregator') {
        const key = element('span', undefined, { className: 'key' });
        key.style.background = Charts.colour(row[dimension]);
        name.prepend(key);
      }
      const values = Object.assign({ share: routed ? row.decisions / routed : null }, row);
      line.append(name, ...columns.map(c => element('td', shown(c, values[c]))));
      return line;
    });
    if (!lines.length) lines.push(element('tr'));
    if (!rows.length) lines[0].append(element('td', 'nothing in this window', { className: 'none', colSpan: columns.length + 1 }));
    if (cut) {
      const rest = element('tr');
      rest.append(element('td', 'the largest ' + rows.length + '; the CSV has more', { className: 'none', colSpan: columns.length + 1 }));
      lines.push(rest);
    }
    $(id).replaceChildren(head, ...lines);
  }

  function axis(f, step) {
    const first = f.from ? Date.parse(f.from) : f.series.length ? Date.parse(f.series[0][f.grain]) : null;
    const times = [];
    if (first !== null) {
      for (let t = Math.floor(first / step) * step; t <= Date.parse(f.now); t += step) times.push(t);
    }
    return times;
  }

  function spread(times, step, grain, rows, measure) {
    const values = times.map(() => 0);
    rows.forEach(row => {
      const k = (Date.parse(row[grain]) - times[0]) / step;
      if (k in values) values[k] = row[measure];
    });
    return values;
  }

  function showCharts(f) {
    const step = { minute: 60000, hour: 3600000, day: 86400000 }[f.grain];
    const times = axis(f, step);
    document.querySelectorAll('.per').forEach(e => { e.textContent = 'per ' + f.grain; });
    const of = measure => spread(times, step, f.grain, f.series, measure);
    Charts.lines('traffic', times, step, [{ name: 'Requests', values: of('requests'), area: true }, { name: 'Impressions', values: of('impressions') }], v => compact.format(v), 10);
    Charts.lines('revenue', times, step, [{ name: 'Revenue', values: of('revenue_micros'), colour: '#2a9d76', area: true }], v => money(v), 1e6);
    const routed = f.share.filter(row => row.aggregator !== null);
    const names = [...new Set(routed.map(row => row.aggregator))].sort();
    names.forEach(Charts.colour);
    const counts = {};
    names.forEach(n => { counts[n] = spread(times, step, f.grain, routed.filter(row => row.aggregator === n), 'decisions'); });
    Charts.shares('share', times, step, names, counts);
  }

  function showEmpty(f) {
    const empty = f.channels.length === 0;
    $('empty').hidden = !empty;
    if (!empty) return;
    $('empty').textContent = !status || status.freshness_ms === null
      ? 'No records have been counted yet. The page fills by itself as soon as the first ingest batch is complete.'
      : f.view === 'batch' && !f.version
        ? 'No batch version is in force yet: the first night makes one. The merged and live views already count everything.'
        : 'No events in this window and view. Choose a longer window, or another view.';
  }

  function csvLinks(f) {
    const link = (by, order) => '/v1/reports?format=csv&view=' + f.view + '&by=' + by + (f.from ? '&from=' + f.from : '') + (order ? '&order=' + order : '');
    $('csv-aggregators').href = link('aggregator', '-revenue_micros');
    $('csv-channels').href = link('channel', '-requests');
    $('csv-series').href = link(f.grain);
  }

  function showFigures() {
    const f = figures;
    if (!f || f.view !== choice.view || f.minutes !== choice.minutes) return;
    showCharts(f);
    showTiles(f.totals);
    showTable('aggregators', 'aggregator', AGGREGATOR_COLUMNS, f.aggregators.filter(row => row.aggregator !== null), f.aggregators_cut);
    showTable('channels', 'channel', CHANNEL_COLUMNS, f.channels, f.channels_cut);
    showEmpty(f);
    csvLinks(f);
  }

  /* ---- what a simulator knows: does the policy learn? ---- */
  function showWorth() {
    const models = status.simulated_worth || [], said = JSON.stringify(models);
    if (said === worth) return;
    worth = said;
    $('worth').hidden = models.length === 0;
    if (models.length === 0) return;
    const of = field => models.map(m => m[field]);
    Charts.bars('learning', models.map(m => m.model === 'none' ? 'before the first model' : m.model), [
      { name: 'Fair draw', values: of('uniform_micros'), colour: '#7a8797' },
      { name: 'Policy', values: of('policy_micros'), colour: '#2a9d76' },
      { name: 'Best possible', values: of('oracle_micros'), colour: '#d1a01f' }], v => money(v));
    const last = models[models.length - 1];
    $('learned').textContent = 'Now ' + (100 * last.policy_micros / last.oracle_micros).toFixed(1) + ' % of the best possible, a fair draw would earn '
      + (100 * last.uniform_micros / last.oracle_micros).toFixed(1) + ' %; over ' + whole.format(last.requests) + ' requests.';
  }

  /* ---- choice and stream ---- */
  function readAddress() {
    const given = new URLSearchParams(location.hash.slice(1));
    if (['merged', 'batch', 'live'].includes(given.get('view'))) choice.view = given.get('view');
    if ([...$('window').options].some(o => o.value === given.get('minutes'))) choice.minutes = Number(given.get('minutes'));
  }

  function showChoice() {
    document.querySelectorAll('#views button').forEach(b => b.setAttribute('aria-pressed', b.dataset.view === choice.view));
    $('window').value = String(choice.minutes);
    history.replaceState(null, '', '#view=' + choice.view + '&minutes=' + choice.minutes);
  }

  function listen() {
    if (source) source.close();
    source = new EventSource('/v1/stream?view=' + choice.view + '&minutes=' + choice.minutes);
    source.addEventListener('status', e => { status = JSON.parse(e.data); currency = status.currency; heardAt = Date.now(); showFreshness(); showLost(); showWorth(); });
    source.addEventListener('figures', e => { figures = JSON.parse(e.data); showFigures(); });
    source.onerror = () => { if (source.readyState === EventSource.CLOSED) setTimeout(listenAgain, 2000); };
  }

  /* A stream that was closed for good may have been refused: then the token has expired. */
  async function listenAgain() {
    try { await signedIn(); } catch (gone) { /* the server is away; the badge says so */ }
    listen();
  }

  /* ---- who reads ---- */
  async function signedIn() {
    let answer = await fetch('/v1/session'), tried = false;
    while (answer.status === 401) {
      const token = await askForToken(tried ? (await answer.json()).detail : 'What you see depends on who you are.');
      tried = true;
      answer = await fetch('/v1/session', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ token }) });
    }
    const who = await answer.json();
    $('who').textContent = who.open ? 'open to this machine' : who.subject + ', ' + who.role + (who.aggregators.length ? ' of ' + who.aggregators.join(', ') : '');
    $('sign-out').hidden = who.open;
    $('sign-in').close();
  }

  function askForToken(why) {
    $('sign-in-why').textContent = why;
    if (!$('sign-in').open) $('sign-in').showModal();
    return new Promise(resolve => $('sign-in-form').addEventListener('submit', e => {
      e.preventDefault();
      resolve($('token').value.trim());
      $('token').value = '';
    }, { once: true }));
  }

  function choose(change) {
    Object.assign(choice, change);
    showChoice();
    listen();
  }

  async function start() {
    readAddress();
    document.querySelectorAll('#views button').forEach(b => b.addEventListener('click', () => choose({ view: b.dataset.view })));
    $('window').addEventListener('change', e => choose({ minutes: Number(e.target.value) }));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', showFigures);
    $('sign-out').addEventListener('click', async () => { await fetch('/v1/session', { method: 'DELETE' }); location.reload(); });
    $('sign-in').addEventListener('cancel', e => e.preventDefault());
    await signedIn();
    const terms = await (await fetch('/v1/measures')).json();
    glossary.share = 'decisions / decisions of all aggregators';
    units.share = 'ratio';
    terms.measures.forEach(t => { glossary[t.name] = t.meaning; units[t.name] = t.unit; });
    choose({});
    setInterval(showFreshness, 250);
  }

  start();
})();
