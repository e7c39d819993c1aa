'use strict';
// The explorer of the page: reads the form, asks ExplorerLogic, and draws the answer again at every change.
// Settings also stand in the address (#explorer?batch=4), so that an answer can be linked to.

(() => {
  const { answer, symbolText, plural, asText, share, asNumber, CannotAnswer, DEFAULTS } = ExplorerLogic;
  const MOST = { batches: 40, lanes: 16, inputs: 12, groups: 6, rows: 8, steps: 12, order: 120 };
  const COLOURS = {
    [ExplorerLogic.RULED_OUT]: 'bad', [ExplorerLogic.CONFLICT]: 'bad',
    [ExplorerLogic.NO_GRADIENT_ACROSS_ROWS]: 'warn', [ExplorerLogic.SOLVABLE]: 'good',
  };
  const BY_LEAK = 'by what came before the sequence (a leak)';
  const IN_ADDRESS = { batch: 'batch_size' }; // other names are those of the settings

  const known = ExplorerOdds.read(JSON.parse(document.getElementById('explorer-odds').textContent));
  const form = document.getElementById('explorer-form');
  const [error, verdict, drawing] = ['error', 'verdict', 'answer'].map((n) => document.getElementById(`explorer-${n}`));
  const tutorial = form.elements.sequences.defaultValue.trim();

  /** Make an element; text among the children stays text, whatever it holds. */
  function make(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
    made.append(...children.flat(Infinity).filter((child) => child !== ''));
    return made;
  }

  // ---- Form and address. ----

  function chosen() {
    const settings = {};
    for (const name of Object.keys(DEFAULTS)) settings[name] = form.elements[name].value;
    return { ...settings, stateful: form.elements.stateful.checked, sequences: form.elements.sequences.value };
  }

  /** Set every control from a query such as `batch=4&layout=interleaved`; what is not named is as in the tutorial. */
  function choose(query) {
    const settings = { ...DEFAULTS, sequences: tutorial };
    for (const [name, value] of new URLSearchParams(query)) settings[IN_ADDRESS[name] || name] = value;
    fill(settings);
  }

  function fill(settings) {
    for (const name of Object.keys(DEFAULTS)) form.elements[name].value = settings[name];
    form.elements.stateful.checked = `${settings.stateful}` !== 'false';
    form.elements.sequences.value = settings.sequences.trim().replace(/\s+/g, '\n');
  }

  function keepInAddress(settings) {
    const query = new URLSearchParams();
    const sequences = settings.sequences.trim().replace(/\s+/g, ' ');
    if (sequences !== tutorial) query.set('sequences', sequences);
    for (const [name, usual] of Object.entries(DEFAULTS)) {
      const short = Object.keys(IN_ADDRESS).find((key) => IN_ADDRESS[key] === name) || name;
      if (`${settings[name]}` !== `${usual}`) query.set(short, settings[name]);
    }
    try {
      window.history.replaceState(null, '', `#explorer?${query}`);
    } catch {
      // a page may be shown where its address cannot change; the answer is the same
    }
  }

  const queryOf = (address) => (address.startsWith('#explorer?') ? address.slice('#explorer?'.length) : null);

  // ---- Drawing. ----

  function draw() {
    const settings = chosen();
    try {
      const told = answer(settings, ExplorerLogic.LIMITS, known);
      error.textContent = '';
      verdict.textContent = `${capital(told.verdict)}.`;
      verdict.dataset.kind = COLOURS[told.verdict_kind];
      drawing.replaceChildren(
        told.cause ? make('p', {}, capital(told.cause), '.') : '', ...odds(told),
        ...repairs(told, settings), ...lanes(told), ...confusions(told), ...reach(told), ...figures(told),
      );
      drawing.classList.remove('outdated');
    } catch (problem) {
      if (!(problem instanceof CannotAnswer)) throw problem;
      error.textContent = capital(problem.message);
      verdict.textContent = '';
      if (!settings.sequences.trim()) drawing.replaceChildren();
      drawing.classList.add('outdated'); // keeps its place, so that the page does not jump while one types
    }
    return settings;
  }

  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  const heading = (text) => make('h3', {}, text);
  const both = (a) => (a.d === 1n || a.d > 100n ? share(a) : `${asText(a)} = ${asNumber(a).toFixed(3)}`);

  /** Tell how often the nearest configurations of the study succeeded, and what to change first. */
  function odds({ odds: measured, without_odds: reason }) {
    if (measured === null) return reason ? [make('p', {}, make('b', {}, 'Measured: '), reason, '.')] : [];
    return [
      make('p', {}, make('b', {}, 'Measured: '), measured.words, '.'),
      measured.change ? make('p', {}, make('b', {}, 'To change first: '), measured.change, '.') : '',
      make('p', { class: 'hint' }, 'Right: every ambiguous row. Within 0.25: every output that close to its target.'),
    ];
  }

  /** Draw batches and lanes with what each has seen. */
  function lanes(told) {
    const confused = new Set(told.indistinguishable.flatMap((group) => group.rows));
    const leaked = leakedRows(told);
    const [shown, size] = [Math.min(told.settings.batch_size, MOST.lanes), told.settings.batch_size];
    const several = told.lanes[told.lanes.length - 1].epoch > 0;
    const body = make('tbody');
    let batches = 0;
    for (let k = 0; k < told.lanes.length && batches < MOST.batches; k += size, batches += 1) {
      const slots = told.lanes.slice(k, k + shown);
      const name = several ? `${slots[0].epoch}: ${slots[0].batch}` : `${slots[0].batch}`;
      const cells = slots.map((slot) => slotCell(slot, told, confused, leaked));
      body.append(make('tr', {}, make('th', { scope: 'row' }, name), cells));
      if (slots[0].reset_after && told.settings.stateful) {
        const text = make('td', { colspan: shown + 1 }, make('span', {}, 'reset: all states to zero'));
        body.append(make('tr', { class: 'reset' }, text));
      }
    }
    const names = [several ? 'epoch: batch' : 'batch', ...slotNames(shown)];
    const head = make('thead', {}, make('tr', {}, names.map((name) => make('th', { scope: 'col' }, name))));
    const hidden = [
      batches * size < told.lanes.length ? plural(told.lanes.length / size - batches, 'batch') : '',
      shown < size ? plural(size - shown, 'lane') : '',
    ].filter(Boolean);
    const until = told.settings.reset === 'never' ? 'and is never reset' : 'until a reset';
    return [
      heading('What each lane has seen'),
      make('p', { class: 'hint' }, told.settings.stateful
        ? `State goes on in the same lane of the next batch, ${until}. `
        : 'No state is carried: a row sees its own inputs alone. ',
      'Each slot: row, inputs seen (its own framed) → target. ◀ ambiguous: its own input symbol is not enough. ',
      `✗: ${told.drawn ? 'in this draw or another, ' : ''}seen the same as a row with another target.`,
      leaked.size ? ' By counting only: what decides is not seen; only how much the lane has seen tells the row apart.'
        : ''),
      make('div', { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': 'Lanes, scrolls sideways' },
        make('table', { class: 'lanes' }, head, body)),
      hidden.length ? make('p', { class: 'hint' }, `Not drawn: ${hidden.join(' and ')} more.`) : '',
    ];
  }

  /** Rows that are told apart by a leak only: the input that decides does not always reach them. */
  function leakedRows(told) {
    if (!told.needs_leak) return new Set();
    const ways = Object.entries(told.deciding_input ? told.deciding_input.arrives_by : {});
    const rows = ways.flatMap(([way, each]) => (ExplorerReach.always({ way }) ? [] : each));
    return new Set(rows.length ? rows : told.ambiguous_rows);
  }

  const slotNames = (count) => Array.from({ length: count }, (_, lane) => `lane ${lane}`);

  function slotCell(slot, told, confused, leaked) {
    if (slot.row === null) return make('td', { class: 'empty' }, 'zeros');
    const wrong = confused.has(slot.row);
    const leak = !wrong && leaked.has(slot.row);
    const state = wrong ? 'confused' : leak ? 'leaked' : slot.ambiguous ? 'apart' : 'easy';
    const marks = [
      slot.ambiguous ? make('span', { role: 'img', 'aria-label': 'ambiguous' }, ' ◀') : '',
      wrong ? make('span', { role: 'img', 'aria-label': 'cannot be told apart' }, ' ✗') : '',
      leak ? make('span', { class: 'row' }, 'by counting only') : '',
    ];
    return make('td', { class: state, 'data-row': slot.row },
      make('span', { class: 'row' }, `row ${slot.row} `),
      contextOf(slot.visible_context, told.settings.timesteps, slot.inputs_left_out),
      ` → ${symbolText(slot.target)}`, marks);
  }

  /** Write a visible context: windows one after the other, the row's own framed, the oldest left out. */
  function contextOf(symbols, timesteps, leftOut = 0) {
    const own = make('b', { class: 'own' }, symbols.slice(-timesteps).map(symbolText).join(','));
    const windows = [];
    for (let k = symbols.length - timesteps; k > 0; k -= timesteps) {
      windows.unshift(symbols.slice(Math.max(0, k - timesteps), k).map(symbolText).join(','));
    }
    const most = Math.max(1, Math.floor(MOST.inputs / timesteps));
    const cut = windows.length > most || leftOut > 0;
    const before = windows.slice(-most).join(timesteps === 1 ? ',' : ' | ');
    const bar = before && (timesteps === 1 ? ',' : ' | ');
    return make('span', { class: 'context' }, cut ? '…' : '', before + bar, own);
  }

  /** List rows that no network can tell apart. */
  function confusions(told) {
    const groups = told.indistinguishable;
    const lines = groups.slice(0, MOST.groups).map((group) => make('li', {}, 'All have seen ',
      contextOf(group.visible_context, told.settings.timesteps),
      `: ${wanted(group)}.`));
    const more = groups.length - MOST.groups;
    if (more > 0) lines.push(make('li', {}, `${plural(more, 'group')} more.`));
    const none = told.ceilings_are_upper_bounds
      ? 'They differ from shuffle to shuffle.'
      : told.needs_leak
        ? `By memory, the ambiguous rows cannot all be right; they are told apart only ${BY_LEAK}.`
        : 'None: every row can be told from every other row with another target.';
    return [
      heading('Rows that cannot be told apart'),
      lines.length ? make('ul', { class: 'groups' }, lines) : make('p', {}, none),
    ];
  }

  function wanted(group) {
    const parts = group.rows.map((row, k) => `row ${row} must answer ${symbolText(group.targets[k])}`);
    const more = parts.length > MOST.rows ? `, and ${plural(parts.length - MOST.rows, 'row')} more` : '';
    return parts.slice(0, MOST.rows).join(', ') + more;
  }

  /** Draw how far back the gradient reaches against how far back the deciding input lies. */
  function reach(told) {
    const last = Math.max(told.needed_reach || 0, told.gradient_reach - 1);
    let steps = Array.from({ length: last + 1 }, (_, k) => last - k);
    if (steps.length > MOST.steps) steps = [...steps.slice(0, 4), null, ...steps.slice(-(MOST.steps - 5))];
    const boxes = steps.map((step) => {
      if (step === null) return make('li', { class: 'gap' }, '…');
      const words = [step < told.gradient_reach ? 'gradient' : '', step === told.needed_reach && step ? 'decides' : ''];
      const names = [words[0] && 'reached', words[1] && 'needed'].filter(Boolean).join(' ');
      const spans = words.map((word) => make('span', {}, word));
      return make('li', { class: names }, make('b', {}, step ? `−${step}` : 'row'), spans);
    });
    return [
      heading('Gradient and memory'),
      make('ol', { class: 'reach', 'aria-hidden': 'true' }, boxes),
      make('p', {}, `The gradient ${told.needed}.`),
    ];
  }

  /** List ceilings, loss floor, dead weights, leaks and remarks. */
  function figures(told) {
    const [hard, most] = [told.ambiguous_rows.length, told.ceilings_are_upper_bounds ? 'at most ' : ''];
    const memory = told.needs_leak ? `${share(told.ceiling_own)} by memory; with a leak ` : '';
    const ceiling = hard
      ? `${memory}${most}${both(told.ceiling)} on the ${plural(hard, 'ambiguous row')} ` +
        `(chance ${share(told.chance)}), ${most}${both(told.ceiling_all)} on all ${told.rows}`
      : `1: no row is ambiguous (on all rows, chance ${both(told.chance_all)})`;
    const dead = told.dead_weights.length
      ? "recurrent kernel; forget gate's kernel and bias: " +
        'the state before every row is zero, so they never get a gradient'
      : 'none';
    const leaks = told.leaks.map((leak) => leak.words).join('; ');
    const lines = [
      ['Ceiling', `${ceiling}; the best any network can do, whatever it learns`],
      ...(told.in_use ? [['In use', capital(told.in_use)]] : []),
      ['Loss floor', told.loss_floor
        ? `${told.loss_floor.toFixed(4)} (binary cross-entropy): no training gets below it`
        : told.needs_leak
          ? `with a leak 0 (binary cross-entropy), in part only ${BY_LEAK}`
          : '0: what is seen gives every target away (binary cross-entropy)'],
      ['Dead weights', dead],
      ['Leaks', leaks || 'none: neither place nor order gives a target away'],
      ...told.notes.map((note) => ['Note', capital(note)]),
    ];
    return [
      heading('What is possible'),
      make('dl', {}, lines.map(([name, text]) => [make('dt', {}, name), make('dd', {}, `${text}.`)])),
    ];
  }

  const measuredOf = ({ odds: measured, without_odds: reason }) => (measured ? measured.brief : reason);

  /** List what helps, each with its row order and a button that takes it up. */
  function repairs(told, settings) {
    const items = told.repairs.map((repair) => {
      const use = make('button', { type: 'button' }, 'Use this');
      use.addEventListener('click', () => {
        fill({ ...repair.settings, sequences: settings.sequences });
        keepInAddress(draw());
        verdict.scrollIntoView({ block: 'nearest' });
      });
      const order = repair.row_order.map((row) => (row === null ? 'None' : row));
      const rest = order.length > MOST.order ? `, … ${plural(order.length - MOST.order, 'place')} more` : '';
      const list = `[${order.slice(0, MOST.order).join(', ')}${rest}]`;
      return make('li', {}, make('p', {}, `${capital(repair.words)}. `, use),
        measuredOf(repair) ? make('p', { class: 'hint' }, 'Measured: ', measuredOf(repair), '.') : '',
        repair.kind === 'layout' ? make('p', {}, 'Row order ', make('code', {}, list)) : '',
        command(repair.options, settings.sequences));
    });
    const solvable = told.verdict_kind === ExplorerLogic.SOLVABLE;
    const nothing = solvable ? 'Nothing to repair.' : 'No layout, window or reset helps.';
    return [
      heading('What helps'),
      items.length ? make('ol', { class: 'repairs' }, items) : make('p', {}, nothing),
      make('p', { class: 'hint' }, 'All of this on the command line, with programs for Keras and PyTorch:'),
      command(told.options, settings.sequences),
    ];
  }

  /** Write a command that can be copied; a line breaks between options, never inside one. */
  function command(options, text) {
    const sequences = ExplorerLogic.parseSequences(text).map((symbols) => symbols.join(','));
    const quoted = sequences.map((s) => (/^[\w.,:+-]+$/.test(s) ? s : `'${s.replaceAll("'", "'\\''")}'`));
    const given = sequences.join(' ') === tutorial ? '' : ` --sequences ${quoted.join(' ')}`;
    const parts = (options.match(/--\S+( [^-]\S*)?/g) || []).map((part) => [' ', make('span', {}, part)]);
    return make('pre', { class: 'command' }, `study why${given}`, parts);
  }

  // ---- Start. ----

  form.addEventListener('input', () => keepInAddress(draw()));
  form.addEventListener('submit', (event) => event.preventDefault());
  for (const button of form.querySelectorAll('[data-settings]')) {
    button.addEventListener('click', () => {
      choose(button.dataset.settings);
      keepInAddress(draw());
    });
  }
  window.addEventListener('hashchange', () => {
    const query = queryOf(window.location.hash);
    if (query !== null) {
      choose(query);
      draw();
    }
  });
  const query = queryOf(window.location.hash);
  choose(query || '');
  form.hidden = false;
  draw();
  if (query !== null) (document.getElementById('explorer') || form).scrollIntoView();
})();
