'use strict';
/* Charts of the live page: what to draw is passed in, how it looks is decided here. */
const Charts = (() => {
  const PALETTE = ['#2f6fde', '#e07b39', '#2a9d76', '#b04fc4', '#d1a01f', '#4aa3c7', '#d4576b', '#7a8797', '#6d5fd3', '#87a330'];
  const charts = {};
  const known = [];

  function css(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  /** An aggregator keeps its colour for as long as the page is open. */
  function colour(name) {
    if (!known.includes(name)) known.push(name);
    return PALETTE[known.indexOf(name) % PALETTE.length];
  }

  function chart(id) {
    if (!charts[id]) {
      charts[id] = echarts.init(document.getElementById(id), null, { renderer: 'canvas' });
    }
    return charts[id];
  }

  /** Marks the minute or hour that still fills up. */
  function unfinished(times, step) {
    if (!times.length) return undefined;
    const last = times[times.length - 1];
    return {
      silent: true,
      itemStyle: { color: css('--muted'), opacity: 0.1 },
      label: { show: true, position: 'insideTopRight', color: css('--muted'), fontSize: 11, formatter: 'filling' },
      data: [[{ xAxis: last - step / 2 }, { xAxis: last + step / 2 }]]
    };
  }

  function base(format) {
    const line = css('--line');
    const muted = css('--muted');
    return {
      animation: false,
      useUTC: true,
      grid: { left: 8, right: 14, top: 34, bottom: 4, containLabel: true },
      legend: { top: 0, right: 0, icon: 'roundRect', itemWidth: 10, itemHeight: 10, textStyle: { color: css('--text') } },
      tooltip: {
        trigger: 'axis', confine: true, backgroundColor: css('--panel'), borderColor: line, textStyle: { color: css('--text') },
        axisPointer: { lineStyle: { color: muted } }, valueFormatter: format
      },
      xAxis: { type: 'time', axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { color: muted, hideOverlap: true }, splitLine: { show: false } },
      yAxis: { type: 'value', min: 0, splitNumber: 4, axisLabel: { color: muted, formatter: format }, splitLine: { lineStyle: { color: line } } }
    };
  }

  function lines(id, times, step, series, format, least) {
    const option = base(format);
    option.yAxis.max = extent => (extent.max > 0 ? null : least);
    option.series = series.map((s, i) => ({
      name: s.name, type: 'line', showSymbol: times.length === 1, lineStyle: { width: 2 }, itemStyle: { color: s.colour || PALETTE[i] },
      areaStyle: s.area ? { opacity: 0.15 } : undefined,
      data: times.map((t, k) => [t, s.values[k]]),
      markArea: i === 0 ? unfinished(times, step) : undefined
    }));
    chart(id).setOption(option, true);
  }

  function shares(id, times, step, names, counts) {
    const option = base(v => Math.round(v * 1000) / 10 + ' %');
    option.yAxis.max = 1;
    option.yAxis.interval = 0.25;
    const totals = times.map((t, k) => names.reduce((sum, n) => sum + counts[n][k], 0));
    option.series = names.map((n, i) => ({
      name: n, type: 'line', stack: 'all', showSymbol: times.length === 1, lineStyle: { width: 1 }, itemStyle: { color: colour(n) }, areaStyle: { opacity: 0.75 },
      data: times.map((t, k) => [t, totals[k] ? counts[n][k] / totals[k] : null]),
      markArea: i === 0 ? unfinished(times, step) : undefined
    }));
    chart(id).setOption(option, true);
  }

  function bars(id, names, series, format) {
    const option = base(format);
    Object.assign(option.xAxis, { type: 'category', data: names });
    option.series = series.map(s => ({ name: s.name, type: 'bar', barMaxWidth: 48, itemStyle: { color: s.colour }, data: s.values }));
    chart(id).setOption(option, true);
  }

  window.addEventListener('resize', () => Object.values(charts).forEach(c => c.resize()));
  return { lines, shares, bars, colour };
})();
