'use strict';
// Measured odds: what the nearest configurations of the study came to, where no theorem decides.

const ExplorerOdds = (() => {
  const { grouped } = ExplorerNumbers;
  const { RULED_OUT, CONFLICT, NO_GRADIENT_ACROSS_ROWS, SOLVABLE, differsInUse } = ExplorerExplanation;
  const USUAL = 'Adam 0.001'; // as the tutorial trains
  const NOTHING = { odds: [], changes: [] };
  const PLACE = ['stateful', 'timesteps', 'batch_size', 'layout', 'reset', 'order', 'lag'];

  /** Name the values of each configuration, which the page holds as lists under one row of fields. */
  function read({ fields, odds, changes }) {
    const named = (values) => Object.fromEntries(fields.map((name, k) => [name, values[k]]));
    return { odds: odds.map(named), changes };
  }

  const placeOf = (odds) => JSON.stringify(PLACE.map((name) => odds[name]));

  /** Layout and batch size as the study names them: one lane is rows in order, and lanes are not counted twice. */
  function lanesOf({ settings, sequences }) {
    if (settings.layout !== 'interleaved') return [settings.layout, settings.batch_size];
    const size = Math.min(settings.batch_size, sequences.length);
    return size === 1 ? ['consecutive', 1] : [settings.layout, size];
  }

  /** How far a configuration is from what was asked: another way of feeding counts more than other sizes. */
  function distance(odds, e) {
    const { settings, reach } = e;
    const [layout, size] = lanesOf(e);
    const kinds =
      8 * (odds.layout !== layout) + 4 * (odds.reset !== settings.reset) + 2 * (odds.order !== settings.order);
    const sizes = [[odds.batch_size, size], [odds.lag, reach.steps || 1], [odds.timesteps, settings.timesteps]];
    const far = sizes.reduce((sum, [stored, asked]) => sum + Math.abs(Math.log(stored / asked)), kinds);
    return Math.round(far * 1e9);
  }

  /** Say how a configuration differs from what was asked. */
  function differences(odds, e) {
    const { settings, reach, sequences, data } = e;
    const [layout, size] = lanesOf(e);
    const asked = [
      ['lag', odds.lag, reach.steps], ['timesteps', odds.timesteps, settings.timesteps],
      ['batch size', odds.batch_size, size], ['layout', odds.layout, layout], ['reset', odds.reset, settings.reset],
      ['order', odds.order, settings.order], ['sequences', 2, sequences.length],
      ['symbols', odds.lag + 2, data.symbols.length], ['ambiguous rows', 2, data.ambiguous.filter(Boolean).length],
    ];
    const other = asked.filter(([, theirs, yours]) => theirs !== yours);
    return other.length ? `measured at ${other.map(([name, a, b]) => `${name} ${a}, not ${b}`).join('; ')}` : '';
  }

  /** Compare by what is right with a margin, then by what is right. */
  const surer = (a, b) => a.within_low - b.within_low || a.right - b.right;

  /** Find the odds of the nearest configurations; null where a theorem decides, or nothing like it is stored. */
  function measuredNear(e, known) {
    const { kind, settings, reach, gradientReaches } = e;
    if (!reach.steps || !(kind === NO_GRADIENT_ACROSS_ROWS || kind === SOLVABLE || differsInUse(e))) return null;
    const alike = known.odds.filter((odds) =>
      (odds.timesteps > odds.lag) === gradientReaches &&
      (odds.stateful === settings.stateful || gradientReaches) &&
      (odds.layout === 'shuffled') === (settings.layout === 'shuffled'));
    const usual = alike.filter((odds) => odds.training === USUAL);
    if (!usual.length) return null;
    const nearest = usual.reduce((least, odds) => (distance(odds, e) < distance(least, e) ? odds : least));
    const beside = alike.filter((odds) => placeOf(odds) === placeOf(nearest));
    const budgets = beside.filter((odds) => odds.training === USUAL).sort((a, b) => a.epochs - b.epochs || a.n - b.n);
    const [first, last] = [budgets[0], budgets[budgets.length - 1]];
    const top = budgets.reduce((most, odds) => (surer(odds, most) > 0 ? odds : most));
    const others = beside.filter((odds) => odds.training !== USUAL && surer(odds, top) > 0);
    const better = (a, b) => surer(a, b) > 0 || (surer(a, b) === 0 && a.epochs < b.epochs);
    const differs = differences(nearest, e);
    const askedThere = ({ place }) => !differs && JSON.stringify(place) === placeOf(nearest);
    return {
      usual: first.epochs < last.epochs ? [first, last] : [last],
      best: others.length ? others.reduce((most, odds) => (better(odds, most) ? odds : most)) : null,
      tried: new Set(beside.map(({ training }) => training)).size,
      differs,
      changes: known.changes.filter(askedThere),
    };
  }

  const oddsWords = ({ right, n, low, high, within, epochs }) =>
    `${right} of ${n} seeds (${low}–${high} %) right, ${within} within 0.25, after ${grouped(epochs)} epochs`;

  const inBrackets = (differs) => (differs ? ` (${differs})` : '');

  const words = ({ usual, differs }) => `${USUAL}: ${usual.map(oddsWords).join('; ')}${inBrackets(differs)}`;

  /** Say what was measured in one line, without intervals. */
  function brief({ usual, differs }) {
    const [first, ...rest] = usual;
    const later = rest.map(({ right, epochs }) => `, ${right} after ${grouped(epochs)}`).join('');
    const said = `${USUAL}: ${first.right} of ${first.n} seeds right after ${grouped(first.epochs)} epochs${later}`;
    return `${said} (${usual[usual.length - 1].within} within 0.25)${inBrackets(differs)}`;
  }

  const changeWords = ({ keeps_rows: kept, lines, within, n, low, high, epochs }) =>
    `${kept ? 'with one symbol at a time, ' : ''}${lines}: ${within} of ${n} seeds (${low}–${high} %) within 0.25 ` +
    `after ${grouped(epochs)} epochs`;

  /** Say what to change first: what was chosen on some seeds and judged on others, else the best of all tried. */
  function change({ changes, best, tried }) {
    if (changes.length) {
      const said = changes.map(changeWords).join('; ');
      return `${said} (chosen among ${changes[0].tried} changes, on other seeds)`;
    }
    if (best === null) return '';
    return `${best.training}: ${oddsWords(best)} (the best of ${tried} ways of training tried there)`;
  }

  /** Tell the odds in words, or null. */
  function told(e, known) {
    const measured = measuredNear(e, known);
    return measured && { words: words(measured), brief: brief(measured), change: change(measured) };
  }

  /** Say why there are no odds, where there are none; empty where the verdict itself says it. */
  function withoutOdds(e) {
    if (e.kind === RULED_OUT && !differsInUse(e)) return '';
    if (e.kind === CONFLICT) {
      return 'none, as the data contradict themselves: no training gets every ambiguous row right';
    }
    if (!e.reach.steps) return 'none, as no memory is needed: what was measured needs it';
    return 'none, as nothing like these settings was measured';
  }

  return { NOTHING, read, told, withoutOdds };
})();
