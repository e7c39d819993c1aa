'use strict';
// The lanes of the first screen: what each memory has seen, for a batch size and a row order that a reader chooses.
// Everything said comes from ExplorerLogic. Without this script there are the still pictures above it alone.

const HeroLanes = (() => {
  const SIZES = [1, 2, 4, 8];
  const NAMES = { 1: 'one memory', 2: 'two memories', 4: 'four memories', 8: 'eight memories' };
  const LAYOUTS = { consecutive: 'rows in order', interleaved: 'one sequence per lane' };

  /** Name the colour of a setting. */
  const settingOf = ({ size, layout }) => {
    if (size === 1) return 'tutorial';
    return layout === 'interleaved' ? 'one-per-lane' : 'in-order';
  };

  /** List the rows of all sequences: to which sequence each belongs. */
  const ownersOf = (sequences) =>
    sequences.split(' ').flatMap((one) => Array(one.split(',').length - 1).fill(one.split(',')[0]));

  /** Give the batches of one epoch, in parts that end with a reset; each batch is a list of slots, one a lane. */
  function partsOf(told) {
    const parts = [[]];
    for (const slot of told.lanes) {
      const part = parts[parts.length - 1];
      if (slot.lane === 0) part.push([]);
      part[part.length - 1].push(slot);
      if (slot.reset_after && slot.lane === told.settings.batch_size - 1) parts.push([]);
    }
    return parts.filter((part) => part.length);
  }

  /** Say what each lane holds at a moment: symbols seen, whether it must answer, whether it saw the first symbol. */
  function lanesAt(told, sequences, round, tick) {
    const parts = partsOf(told);
    const part = parts[Math.min(round, parts.length - 1)];
    const owners = ownersOf(sequences);
    return part[Math.min(tick, part.length - 1)].map((slot) => ({
      seen: slot.visible_context,
      asked: slot.ambiguous,
      first: owners[slot.row],
      sawFirst: slot.visible_context.includes(owners[slot.row]),
    }));
  }

  /** Count the moments: rounds of sequences, and batches of the longest of them. */
  function momentsOf(answers) {
    const parts = answers.map(partsOf);
    return {
      rounds: Math.max(...parts.map((each) => each.length)),
      ticks: Math.max(...parts.flat().map((part) => part.length)),
    };
  }

  /** Say what no training can change in words that need no glossary; other verdicts are the tool's. */
  function inPlainWords(told) {
    if (told.verdict_kind !== ExplorerLogic.RULED_OUT) return told.verdict;
    const asked = told.lanes.filter((slot) => slot.ambiguous);
    const symbol = ExplorerLogic.symbolText(asked[0].visible_context.at(-1));
    const ceiling = ExplorerNumbers.asText(told.ceiling);
    const most = { 0: 'no answer', '1/2': 'one of the two answers' }[ceiling] ?? `a share of ${ceiling} of the answers`;
    return `impossible with this feeding: at best ${most} after ${symbol} is right (ceiling ${ceiling}), because the ` +
      'memory that answers never received the first symbol';
  }

  return { SIZES, NAMES, LAYOUTS, settingOf, lanesAt, momentsOf, inPlainWords };
})();

if (typeof document !== 'undefined') document.addEventListener('DOMContentLoaded', () => {
  const { SIZES, NAMES, LAYOUTS, settingOf, lanesAt, momentsOf, inPlainWords } = HeroLanes;
  const place = document.getElementById('lanes');
  if (!place || typeof ExplorerLogic === 'undefined') return;
  const sequences = place.dataset.sequences;
  const measured = document.getElementById('explorer-odds');
  const known = measured ? ExplorerOdds.read(JSON.parse(measured.textContent)) : undefined;
  const fixed = { size: 1, layout: 'consecutive' };
  const chosen = { size: 4, layout: 'consecutive' };
  const PACE = 900; // milliseconds from one batch to the next
  let now = null; // round and tick together; null = the end of the first sequence
  let timer = null;

  const answer = ({ size, layout }) =>
    ExplorerLogic.answer({ sequences, batch_size: size, layout }, ExplorerLogic.LIMITS, known);

  function make(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  // ---- What stands there: two pictures, the controls under them, and the verdict. ----

  const pictures = [fixed, chosen].map(() => make('div', { class: 'picture' }));
  const slider = make('input', { type: 'range', id: 'lanes-size', min: 0, max: SIZES.length - 1, step: 1, value: 2 });
  const size = make('output', { for: 'lanes-size' });
  const step = make('button', { type: 'button' }, 'Step');
  const play = make('button', { type: 'button' }, 'Play');
  const choices = Object.entries(LAYOUTS).map(([layout, words]) => {
    const input = make('input', { type: 'radio', name: 'lanes-layout', value: layout });
    input.checked = layout === chosen.layout;
    input.addEventListener('change', () => { chosen.layout = layout; rest(); });
    return make('label', {}, input, words);
  });
  const controls = make('div', { class: 'controls', role: 'group', 'aria-label': 'The picture on the right' },
    make('label', { for: 'lanes-size' }, 'Batch size'), slider, size, ...choices, step, play);
  const verdict = make('p', { class: 'verdict', 'aria-live': 'polite' });

  function drawLane(lane, number) {
    const symbols = lane.seen.map((symbol, k) => {
      const kinds = ['symbol', symbol === lane.first && 'first', now !== null && k === lane.seen.length - 1 && 'new'];
      return make('span', { class: kinds.filter(Boolean).join(' ') }, ExplorerLogic.symbolText(symbol));
    });
    const row = make('li', { class: lane.asked ? 'lane asked' : 'lane' },
      make('span', { class: 'name' }, `memory ${number}`), make('span', { class: 'memory' }, ...symbols));
    if (lane.asked) {
      row.append(make('span', { class: 'question' }, '→ ?'),
        make('b', {}, `${lane.sawFirst ? 'saw' : 'never saw'} the ${lane.first}`));
    }
    return row;
  }

  function draw() {
    const settings = [fixed, chosen];
    const answers = settings.map(answer);
    const { rounds, ticks } = momentsOf(answers);
    const moment = now === null ? ticks - 1 : now % (rounds * ticks);
    settings.forEach((each, k) => {
      const lanes = lanesAt(answers[k], sequences, Math.floor(moment / ticks), moment % ticks);
      pictures[k].dataset.setting = settingOf(each);
      pictures[k].replaceChildren(
        make('p', { class: 'title' }, `Batch size ${each.size}: ${NAMES[each.size]}`),
        make('ul', {}, ...lanes.map(drawLane)),
      );
    });
    slider.setAttribute('aria-valuetext', `${chosen.size}`);
    size.textContent = chosen.size;
    const told = answers[1];
    const counted = told.odds ? ` Measured: ${told.odds.brief}.` : '';
    const words = `${LAYOUTS[chosen.layout]}: ${inPlainWords(told)}.${counted}`;
    const text = `Batch size ${chosen.size}, ${words}`;
    if (verdict.textContent !== text) verdict.textContent = text; // said aloud only where it changes
    verdict.dataset.kind = told.verdict_kind === ExplorerLogic.RULED_OUT ? 'ruled-out'
      : told.verdict_kind === ExplorerLogic.SOLVABLE ? 'possible' : 'no-gradient';
    return { moment, last: rounds * ticks - 1 };
  }

  // ---- Moving on. ----

  function pause() {
    clearInterval(timer);
    timer = null;
    play.textContent = 'Play';
  }

  function rest() {
    pause();
    now = null;
    draw();
  }

  function goOn() {
    now = now === null ? 0 : now + 1;
    const { moment, last } = draw();
    if (timer && moment === last) pause();
  }

  slider.addEventListener('input', () => { chosen.size = SIZES[slider.value]; rest(); });
  step.addEventListener('click', () => { pause(); goOn(); });
  play.addEventListener('click', () => {
    if (timer) { pause(); return; }
    now = null; // from the first batch on
    play.textContent = 'Pause';
    timer = setInterval(goOn, PACE);
    goOn();
  });

  place.append(make('div', { class: 'pictures' }, ...pictures), controls, verdict);
  draw();
});
