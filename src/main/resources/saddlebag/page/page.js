'use strict';
// Asks once a second, and shows what became of the counts since. While the page is hidden it asks for nothing.
(() => {
  const KEPT = 300;
  const WINDOW = 10;
  const shown = new Map();
  const state = document.getElementById('state');

  const whole = value => Math.round(value).toLocaleString('en');
  const number = value => value >= 100 || value === 0 ? whole(value)
    : value.toLocaleString('en', { maximumFractionDigits: value >= 10 ? 1 : 2 });
  const clock = s => s >= 3600 ? `${Math.floor(s / 3600)} h ${Math.round(s % 3600 / 60)} min`
    : s >= 60 ? `${Math.floor(s / 60)} min ${Math.round(s % 60)} s` : `${Math.round(s)} s`;
  const millis = value => value === null ? '–' : value >= 1000 ? `${number(value / 1000)} s` : `${number(value)} ms`;
  const sum = values => Object.values(values || {}).reduce((all, each) => all + each, 0);
  const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function percentiles(now, before) {
    const old = new Map();
    for (let i = 0; before && i < before.length; i += 2) old.set(before[i], before[i + 1]);
    const rest = [];
    let all = 0;
    for (let i = 0; i < now.length; i += 2) {
      const count = now[i + 1] - (old.get(now[i]) || 0);
      if (count > 0) { rest.push([now[i] / 1000, count]); all += count; }
    }
    return [.5, .95, .99].map(share => {
      let seen = 0;
      for (const [value, count] of rest) {
        seen += count;
        if (seen >= share * all) return value;
      }
      return null;
    });
  }

  function plot(where, names) {
    const make = () => {
      where.replaceChildren();
      const axis = { stroke: color('--soft'), grid: { stroke: color('--line'), width: 1 },
        ticks: { stroke: color('--line') }, font: '12px system-ui, sans-serif' };
      return new uPlot({
        width: where.clientWidth, height: 160, legend: { show: false }, cursor: { show: false },
        scales: { y: { range: (u, min, max) => [0, Math.max(1, (max || 0) * 1.1)] } },
        axes: [axis, { ...axis, size: 60 }],
        series: [{}, ...names.map(name => ({ stroke: color(name), width: 2, points: { show: false } }))],
      }, [[], ...names.map(() => [])], where);
    };
    let drawn = make();
    let last = null;
    const again = () => { drawn.destroy(); drawn = make(); if (last) drawn.setData(last); };
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
    new ResizeObserver(() => {
      if (where.clientWidth && where.clientWidth !== drawn.width) drawn.setSize({ width: where.clientWidth, height: 160 });
    }).observe(where);
    return data => { last = data; drawn.setData(data); };
  }

  function open(name) {
    const section = document.getElementById('pipeline').content.firstElementChild.cloneNode(true);
    section.querySelector('h2').textContent = name;
    document.getElementById('pipelines').append(section);
    return {
      section, history: [], points: [],
      items: plot(section.querySelector('.items'), ['--one']),
      latency: plot(section.querySelector('.latency'), ['--one', '--two', '--three']),
    };
  }

  function list(table, entries) {
    table.replaceChildren(...entries.map(([name, count]) => {
      const row = document.createElement('tr');
      for (const text of [name.replaceAll('_', ' '), whole(count)]) {
        const cell = document.createElement('td');
        cell.textContent = text;
        row.append(cell);
      }
      return row;
    }));
    table.parentElement.hidden = entries.length === 0;
  }

  function facts(target, entries) {
    const kept = entries.filter(([, value]) => value !== null);
    target.replaceChildren(...kept.map(([name, value, tone]) => {
      const both = document.createElement('div');
      const term = document.createElement('dt');
      const text = document.createElement('dd');
      term.textContent = name;
      text.textContent = value;
      if (tone) text.className = tone;
      both.append(term, text);
      return both;
    }));
  }

  function show(pipeline, seconds) {
    let at = shown.get(pipeline.name);
    if (!at || at.history.length && at.history[at.history.length - 1].seconds > seconds) {
      if (at) at.section.remove();
      at = open(pipeline.name);
      shown.set(pipeline.name, at);
    }
    const failed = sum(pipeline.failures);
    const now = { seconds, done: (pipeline.answered || 0) + failed, call: pipeline.call_us,
      batches: pipeline.batches || 0, batched: pipeline.batched || 0, gather: pipeline.gather_ms || 0,
      sent: pipeline.calls.ok + pipeline.calls.refused + pipeline.calls.failed + pipeline.calls.lost,
      waits: pipeline.wait_ms };
    const before = at.history.length ? at.history[at.history.length - 1] : null;
    at.history.push(now);
    while (at.history.length > 2 && at.history[0].seconds < seconds - WINDOW) at.history.shift();
    const first = at.history[0];
    const span = Math.max(.001, now.seconds - first.seconds);
    const latency = percentiles(now.call, before ? first.call : null);
    if (before) {
      at.points.push([Date.now() / 1000, (now.done - before.done) / Math.max(.001, seconds - before.seconds), ...latency]);
      if (at.points.length > KEPT) at.points.shift();
      const column = i => at.points.map(point => point[i]);
      at.items([column(0), column(1)]);
      at.latency([column(0), column(2), column(3), column(4)]);
    }
    const batches = now.batches - first.batches;
    const sent = now.sent - first.sent;
    const wait = name => sent > 0 && before ? (now.waits[name] - first.waits[name]) / sent : 0;
    const waits = Object.keys(now.waits).filter(name => wait(name) >= 1);
    facts(at.section.querySelector('dl'), [
      ['items per second', before ? number((now.done - first.done) / span) : '–'],
      ['answered', whole(pipeline.answered || 0)],
      ['failed', whole(failed), failed ? 'bad' : ''],
      ['items in flight', whole(pipeline.in_flight)],
      ['oldest item', clock(pipeline.oldest_s)],
      ['requests per second', before ? number(sent / span) : '–'],
      ['requests in flight', whole(pipeline.calls.in_flight)],
      ['items per batch', batches > 0 ? `${number((now.batched - first.batched) / batches)} of ${pipeline.max_items}` : null],
      ['a batch gathers', batches > 0 ? millis((now.gather - first.gather) / batches) : null],
      ...waits.map(name => [`waits for ${{ admission: 'a slot', rate: 'the rate', pause: 'quiet' }[name] || name}`, millis(wait(name))]),
      ['requests, p50', millis(latency[0])], ['requests, p95', millis(latency[1])], ['requests, p99', millis(latency[2])],
      ['refused', whole(pipeline.calls.refusals), pipeline.calls.refusals ? 'bad' : ''],
      ['retries', whole(pipeline.calls.retries)],
      ['circuit breaker', pipeline.breaker.toLowerCase().replaceAll('_', ' '), pipeline.breaker === 'CLOSED' ? 'good' : 'bad'],
      ['learned rate', pipeline.learned_rate > 0 ? `${number(pipeline.learned_rate)} a second` : null],
      ['paused in all', pipeline.paused_s > 0 ? clock(pipeline.paused_s) : null],
      ['halved', pipeline.calls.bisections ? whole(pipeline.calls.bisections) : null],
      ['jobs', pipeline.jobs ? whole(pipeline.jobs) : null],
      ['dead letters', pipeline.dead_letters ? whole(pipeline.dead_letters) : null],
    ]);
    const notice = at.section.querySelector('.notice:not(.advice)');
    notice.hidden = !(pipeline.pause_s >= 1);
    notice.textContent = `${pipeline.pause_why || 'Nothing is sent'}: ${clock(pipeline.pause_s)} still`;
    at.section.querySelectorAll('.advice').forEach(old => old.remove());
    at.section.querySelector('dl').after(...pipeline.advice.map(words => {
      const advice = document.createElement('p');
      advice.className = 'notice advice';
      advice.textContent = `Advice: ${words}`;
      return advice;
    }));
    list(at.section.querySelector('.failures table'), Object.entries(pipeline.failures || {}).sort((a, b) => b[1] - a[1]));
    list(at.section.querySelector('.causes table'), Object.entries(pipeline.left_by || {}).filter(([, count]) => count > 0));
  }

  function files(all, more) {
    const section = document.getElementById('files');
    section.hidden = all.length === 0;
    const rows = all.map(file => {
      const row = document.createElement('li');
      const eta = file.eta_s === undefined ? '' : `, ${clock(file.eta_s)} to go`;
      const failed = file.failed ? `, ${whole(file.failed)} failed` : '';
      row.append(`${file.name}: ${whole(file.items)} items${failed}${eta}`);
      if (file.share >= 0) {
        const bar = document.createElement('progress');
        bar.value = file.share;
        bar.setAttribute('aria-label', `${file.name}: ${Math.round(file.share * 100)}%`);
        row.append(bar);
      }
      return row;
    });
    if (more > 0) {
      const rest = document.createElement('li');
      rest.textContent = `and ${whole(more)} more`;
      rows.push(rest);
    }
    section.querySelector('ul').replaceChildren(...rows);
  }

  async function ask() {
    if (document.hidden) return;
    try {
      const response = await fetch('page/data.json', { cache: 'no-store' });
      if (!response.ok) throw new Error(response.status);
      const data = await response.json();
      data.pipelines.forEach(pipeline => show(pipeline, data.seconds));
      files(data.files, data.more_files);
      state.textContent = `runs for ${clock(data.seconds)}`;
      state.className = '';
    } catch (error) {
      state.textContent = 'no connection: it has ended, or is not reachable';
      state.className = 'lost';
    }
  }

  ask();
  setInterval(ask, 1000);
})();
