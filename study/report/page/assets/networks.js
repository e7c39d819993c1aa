'use strict';
// The kept networks, run in the page: one at a time, on the tutorial's sequences or on any that a reader types.
// A frame is one memory with the steps that went through it, each with its state and its answer.

if (typeof document !== 'undefined') document.addEventListener('DOMContentLoaded', () => {
  const place = document.getElementById('networks');
  if (!place || typeof ExplorerLogic === 'undefined') return;
  const trained = ExplorerLogic.answer({ sequences: place.dataset.sequences }); // what all of them were trained on
  const needMemory = new Set(trained.ambiguous_rows.map((row) => lastOf(trained.lanes[row].visible_context)));
  const kept = JSON.parse(document.getElementById('networks-kept').textContent).map(KeptNetwork.read);
  const SVG = 'http://www.w3.org/2000/svg';
  const [WIDE, STRIP, BARS, LETTERS] = [100, 18, 44, 14]; // of a step's drawing
  const MOST = 48; // steps that are drawn
  const PACE = 700; // milliseconds from one batch to the next
  let chosen = kept[0];
  let shown = Infinity; // batches
  let timer = null;

  function lastOf(list) {
    return list[list.length - 1];
  }

  function make(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  function draw(tag, attributes, text = '') {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.textContent = text;
    return made;
  }

  // ---- Controls. ----

  const names = kept.map((network, k) => {
    const input = make('input', { type: 'radio', name: 'network', value: network.name });
    input.checked = k === 0;
    input.addEventListener('change', () => { chosen = network; all(); });
    return make('label', {}, input, network.label);
  });
  const typed = make('input', {
    type: 'text', id: 'networks-typed', value: place.dataset.sequences, spellcheck: 'false', autocomplete: 'off',
    autocapitalize: 'off', 'aria-describedby': 'networks-error',
  });
  const [step, play, whole] = ['Step', 'Play', 'Show all'].map((name) => make('button', { type: 'button' }, name));
  const error = make('p', { id: 'networks-error', role: 'alert' });
  const frames = make('div', { class: 'frames' });
  const said = make('p', { class: 'said-of-network', 'aria-live': 'polite' });
  const group = make('fieldset', { class: 'choices' }, make('legend', {}, 'Network'), ...names);
  place.append(group, make('div', { class: 'controls' },
    make('label', { for: 'networks-typed' }, 'Sequences'), typed, step, play, whole), error, frames, said);

  // ---- Drawing. ----

  /** Draw the state after a step, one bar a unit, and under it the probability of each symbol. */
  function drawing(slot) {
    const { symbols } = chosen;
    const svg = draw('svg', { viewBox: `0 0 ${WIDE} ${STRIP + BARS + LETTERS}`, role: 'img' });
    const middle = STRIP / 2;
    const unit = WIDE / slot.h.length;
    slot.h.forEach((value, k) => {
      const height = Math.abs(value) * middle;
      const y = value > 0 ? middle - height : middle;
      svg.append(draw('rect', { class: 'unit', x: k * unit, y, width: unit * 0.8, height }));
    });
    svg.append(draw('line', { class: 'zero', x1: 0, x2: WIDE, y1: middle, y2: middle }));
    const column = WIDE / symbols.length;
    const base = STRIP + BARS;
    slot.probabilities.forEach((value, k) => {
      const height = value * (BARS - 4);
      svg.append(draw('rect', { class: 'bar', x: k * column + 3, y: base - height, width: column - 6, height }));
      const wanted = `${symbols[k]}` === slot.target;
      const x = (k + 0.5) * column;
      svg.append(draw('text', { class: wanted ? 'wanted' : '', x, y: base + LETTERS - 3 }, symbols[k]));
    });
    svg.append(draw('line', { class: 'zero', x1: 0, x2: WIDE, y1: base, y2: base }));
    const each = slot.probabilities.map((value, k) => `${symbols[k]}: ${value.toFixed(3)}`).join(', ');
    svg.setAttribute('aria-label', `Probabilities ${each}; wanted ${slot.target}`);
    svg.append(draw('title', {}, each));
    return svg;
  }

  const answerOf = ({ probabilities }) => `${chosen.symbols[probabilities.indexOf(Math.max(...probabilities))]}`;

  function card(slot, hidden) {
    const window = slot.window.map(ExplorerLogic.symbolText).join(' ');
    if (slot.row === null) return make('div', { class: 'card' }, make('p', {}, 'zeros'));
    const right = answerOf(slot) === slot.target;
    const kinds = ['card', slot.ambiguous && 'asked', right ? 'right' : 'wrong', hidden && 'waiting'];
    return make('div', { class: kinds.filter(Boolean).join(' ') },
      make('p', {}, `${window} `,
        make('span', { class: 'answer' }, '→ ', make('b', {}, answerOf(slot)), right ? ' ✓' : ' ✗')),
      drawing(slot));
  }

  /** Group slots into parts that end with a reset, and each part into lanes. */
  function partsOf(slots) {
    const parts = [new Map()];
    slots.forEach((slot, k) => {
      const part = parts[parts.length - 1];
      if (!part.has(slot.lane)) part.set(slot.lane, []);
      part.get(slot.lane).push(slot);
      const next = slots[k + 1];
      if (slot.reset_after && next && next.lane === 0) parts.push(new Map());
    });
    return parts;
  }

  function answered() {
    const text = typed.value.trim();
    const told = ExplorerLogic.answer({ sequences: text, ...KeptNetwork.settingsOf(chosen) });
    const unknown = told.alphabet.filter((symbol) => !chosen.symbols.map(String).includes(symbol));
    if (unknown.length) {
      const known = chosen.symbols.join(', ');
      throw new ExplorerLogic.CannotAnswer(`${unknown[0]} is no symbol of this network; it knows ${known}`);
    }
    return KeptNetwork.run(chosen, told).slice(0, MOST).map((slot, k) => ({
      ...slot,
      number: Math.floor(k / chosen.batch_size),
      ambiguous: needMemory.has(lastOf(slot.window)), // in training, whatever is typed
    }));
  }

  /** Say how far two answers that need a memory differ: the probability of what one of them wants, in both. */
  function moved(asked) {
    if (asked.length !== 2) return '';
    const [wanted] = asked.map((slot) => slot.target);
    const place = chosen.symbols.findIndex((symbol) => `${symbol}` === wanted);
    const each = asked.map(({ probabilities, visible_context: seen }) =>
      `${probabilities[place].toFixed(3)} after ${seen.filter((symbol) => symbol !== null).join(',')}`);
    return `The probability of ${wanted} is ${each.join(', and ')}. `;
  }

  function show() {
    let slots;
    try {
      slots = answered();
    } catch (problem) {
      if (!(problem instanceof ExplorerLogic.CannotAnswer)) throw problem;
      error.textContent = `${problem.message}.`;
      said.textContent = '';
      frames.classList.add('outdated');
      return 0;
    }
    error.textContent = '';
    frames.classList.remove('outdated');
    frames.dataset.setting = chosen.setting.replace(/_/g, '-');
    const memory = chosen.stateful ? 'memory' : 'by itself, row';
    frames.replaceChildren(...partsOf(slots).map((lanes) => make('div', { class: 'part-of-epoch' },
      ...[...lanes].map(([lane, steps]) => make('div', { class: 'frame' },
        make('p', { class: 'name' }, `${memory} ${chosen.stateful ? lane : steps[0].row}`),
        make('div', { class: 'cards' }, ...steps.map((slot) => card(slot, slot.number >= shown))))))));
    const asked = slots.filter((slot) => slot.row !== null && slot.ambiguous);
    const right = asked.filter((slot) => answerOf(slot) === slot.target).length;
    const kinds = `after ${[...needMemory].join(' or ')}`;
    const words = asked.length
      ? `Answers ${kinds} need a memory: ${right} of ${asked.length} ${right === 1 ? 'is' : 'are'} right here. `
      : `No answer needs a memory here: in training, only those ${kinds} did. `;
    const asTrained = ExplorerLogic.parseSequences(typed.value).join(' ') === place.dataset.sequences;
    said.textContent = `${words}${moved(asked)}${asTrained ? chosen.known : 'It was trained on other sequences.'}`;
    return Math.ceil(slots.length / chosen.batch_size);
  }

  // ---- Moving on. ----

  function pause() {
    clearInterval(timer);
    timer = null;
    play.textContent = 'Play';
  }

  function all() {
    pause();
    shown = Infinity;
    show();
  }

  function goOn() {
    const batches = show();
    shown = shown >= batches ? 1 : shown + 1;
    show();
    if (timer && shown >= batches) pause();
  }

  step.addEventListener('click', () => { pause(); goOn(); });
  whole.addEventListener('click', all);
  play.addEventListener('click', () => {
    if (timer) { pause(); return; }
    shown = Infinity; // from the first batch on
    play.textContent = 'Pause';
    timer = setInterval(goOn, PACE);
    goOn();
  });
  typed.addEventListener('input', all);
  show();
});
