'use strict';
// The sentences of `study why`.

const ExplorerWords = (() => {
  const { compare, share, grouped } = ExplorerNumbers;
  const { DEFAULTS, OPTIONS } = ExplorerRows;
  const { CARRIED, SOMETIMES, EARLIER, NOT_AT_ALL, always } = ExplorerReach;
  const { RULED_OUT, NO_GRADIENT_ACROSS_ROWS, SOLVABLE, CONFLICT, causeOf, differsInUse } = ExplorerExplanation;

  const plural = (number, noun) =>
    `${grouped(number)} ${noun}${number === 1 ? '' : noun.endsWith('ch') ? 'es' : 's'}`;
  const stepsBack = (steps) => `${plural(steps || 0, 'step')} back`;

  function escaped(character) {
    const code = character.codePointAt(0);
    if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
    return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
  }

  /** Write a symbol so that nothing of it is invisible. */
  const symbolText = (symbol) => (symbol === null ? '·' : symbol.replace(/[\p{C}\p{Z}]/gu, escaped));

  /** Write settings as command-line options, defaults left out. */
  function options(settings) {
    const chosen = Object.entries(OPTIONS)
      .filter(([name]) => settings[name] !== DEFAULTS[name])
      .map(([name, option]) => `${option} ${settings[name]}`);
    return [...chosen, ...(settings.stateful ? [] : ['--stateless'])].join(' ');
  }

  const MOST_NAMED = 4; // rows that are named

  /** Write names one after the other. */
  const listed = (names) =>
    names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}` : `${names[0]}`;

  /** Say what tells the ambiguous rows apart that do not always see the input that decides. */
  function withoutIt(e) {
    const lacking = e.deciding.filter((route) => !always(route)).map(({ row }) => row);
    const alone = lacking.filter((row) => e.alone.has(row));
    const missed = 'does not reach every ambiguous row';
    const seen = `${missed}, but what else the lane has seen of the row's sequence does as well`;
    if (!alone.length) return seen;
    const more = `${grouped(alone.length - MOST_NAMED + 1)} more`;
    const names = alone.length > MOST_NAMED ? [...alone.slice(0, MOST_NAMED - 1), more] : alone;
    const subject = `row${alone.length > 1 ? 's' : ''} ${listed(names)}`;
    const said = seenAlone(subject, alone.map((row) => e.alone.get(row)), e.settings);
    return lacking.every((row) => e.alone.get(row)) ? `${missed}; ${said}` : `${seen}; only ${said}`;
  }

  /** Say of rows that their lanes have seen nothing of their sequences before; of each, whether that is always so. */
  function seenAlone(subject, each, { reset, timesteps }) {
    const when = !each.includes(false) ? '' : !each.includes(true) ? 'in some epochs ' : 'in some epochs or all ';
    const epoch = reset === 'never' ? ' in the same epoch' : '';
    const own = timesteps === 1 ? 'input' : 'window';
    return each.length === 1
      ? `${subject} ${when}sees nothing of its sequence${epoch} but its own ${own} and is told apart by that alone`
      : `${subject} ${when}see nothing of their sequences${epoch} but their own ${own}s ` +
          'and are told apart by that alone';
  }

  const isFractional = (symbol) =>
    /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(symbol) && !Number.isInteger(Number(symbol));

  /** Say that values which look measured and hardly repeat allow no verdict; empty where they do not. */
  function unsaidSentence({ data: { symbols, lastInputs } }) {
    const rows = lastInputs.length;
    const different = new Set(lastInputs).size;
    if (!symbols.some(isFractional) || 2 * different <= rows) return '';
    return (
      `nothing can be said until the values are binned: ${grouped(different)} of ${grouped(rows)} inputs are ` +
      'different, so hardly any row is like another'
    );
  }

  function verdictSentence(e) {
    const { kind, ownSequenceCeiling, ceiling, bound, reach, settings } = e;
    if (kind === RULED_OUT) {
      const leaky = needsLeak(e);
      const figure = leaky
        ? `ceiling ${share(ownSequenceCeiling)} by memory`
        : `ceiling ${bound ? 'at most ' : ''}${share(ceiling)}`;
      const where = settings.stateful ? RULED_OUT : 'ruled out by the window';
      const why = unseen(e);
      const beyond = `counting inputs or sequences (a leak) can reach ${share(ceiling)}, and is wrong in another order`;
      const said = leaky ? `${why}; ${beyond}` : why;
      if (differsInUse(e)) return `${where} in training (${figure}), not in use: ${said}. ${useSentence(e)}`;
      return `${where} (${figure}): ${said}${leaky ? '' : ', so no learning rate or number of epochs helps'}`;
    }
    if (kind === CONFLICT) {
      const beyond = compare(ceiling, reach.best) > 0 ? '; what exceeds it is a leak' : '';
      const short = reach.steps !== null && reach.steps >= settings.timesteps;
      const rest = `; for the other ambiguous rows the input ${stepsBack(reach.steps)} decides, beyond the gradient`;
      return (
        `${CONFLICT} (ceiling ${share(reach.best)}${beyond}): after the same past, the sequences go on differently` +
        `${short ? rest : ''}`
      );
    }
    if (kind === NO_GRADIENT_ACROSS_ROWS) {
      const beyond = e.deciding.every(always) ? '' : `; the input that decides ${withoutIt(e)}`;
      return `${NO_GRADIENT_ACROSS_ROWS}${beyond}`;
    }
    if (!reach.steps) {
      return `${SOLVABLE} (ceiling 1): no input is followed by two different symbols, so no memory is needed`;
    }
    return `${SOLVABLE} (ceiling 1): the input that decides, ${stepsBack(reach.steps)}, stands in the row's own window`;
  }

  /** Whether the ceiling is reached only with what the lane was fed before the sequence, which is a leak. */
  const needsLeak = ({ ceiling, ownSequenceCeiling, bound }) => compare(ceiling, ownSequenceCeiling) > 0 && !bound;

  /** Say how right the trained network can be in use, where that is more than in training. */
  const useSentence = ({ reach }) =>
    `Used in order from a fresh state, the network can reach ${share(reach.best)}; how often depends on optimiser, ` +
    'width and lag';

  /** Say which of the inputs that decide an ambiguous row may lack. */
  function unseen({ deciding, reach, ownSequenceCeiling }) {
    if (compare(ownSequenceCeiling, reach.best) >= 0) {
      return (
        "what the lane has seen of an ambiguous row's sequence would be enough, but nothing tells a lane where a " +
        'sequence begins'
      );
    }
    if (deciding.every(always)) {
      return (
        `an ambiguous row sees the input ${stepsBack(reach.steps)}, but not always all inputs between it and the ` +
        "row's own, and they decide together"
      );
    }
    const never = deciding.every(({ way }) => way === NOT_AT_ALL);
    const sees = never ? 'the ambiguous rows never see' : 'the ambiguous rows do not always see';
    return `${sees} the input that decides, ${stepsBack(reach.steps)}`;
  }

  function neededSentence(e) {
    const { settings, reach } = e;
    const own = settings.timesteps === 1 ? ", the row's own" : ", the row's own last";
    const reaches = `passes through ${plural(settings.timesteps, 'input')}${own}`;
    if (reach.steps === null) return `${reaches}; no earlier input would help`;
    if (reach.steps === 0) return `${reaches}; no earlier input is needed`;
    return `${reaches}; the input that decides${deciding(e)} is ${stepsBack(reach.steps)}`;
  }

  const MOST_DECIDING = 4; // symbols that are named

  function deciding({ reach, data }) {
    if (!reach.example.length) return '';
    const [example] = reach.example;
    const names = new Set(); // what stands there before the rows that agree in all nearer inputs
    data.position.forEach((position, row) => {
      if (position < reach.steps - 1) return;
      for (let step = 0; step < reach.steps; step += 1) {
        if (data.lastInputs[row - step] !== data.lastInputs[example - step]) return;
      }
      const symbol = data.symbols[data.lastInputs[row - reach.steps]];
      names.add(position >= reach.steps ? symbolText(symbol) : "the sequence's start");
    });
    const listed = [...names];
    if (listed.length > MOST_DECIDING) {
      const more = (listed.length - MOST_DECIDING).toLocaleString('en-US');
      return ` (${listed.slice(0, MOST_DECIDING).join(', ')} or one of ${more} more)`;
    }
    return ` (${listed.slice(0, -1).join(', ')} or ${listed[listed.length - 1]})`;
  }

  /** Say for one row where the input that decides went; empty if nothing is lacking. */
  function causeSentence(e) {
    const route = causeOf(e);
    if (route === null) return '';
    const { row, inputRow } = route;
    const confused = e.bound || e.confusions.some((c) => c.rows.includes(row));
    const verb = always(route) || (route.steps === e.reach.steps && confused) ? 'needs' : 'lacks';
    const symbol = symbolText(e.data.symbols[e.data.lastInputs[inputRow]]);
    const needs = `row ${row} ${verb} the symbol ${symbol} of row ${inputRow}`;
    return `${needs}${obstacleOf(route, e.settings)}${insteadOf(route, e)}`;
  }

  /** Say what tells a row apart that does not always see the input, where the verdict is that something does. */
  function insteadOf(route, e) {
    if (e.kind !== NO_GRADIENT_ACROSS_ROWS || always(route)) return '';
    const seen = '; what else its lane has seen of its sequence does as well';
    if (!e.alone.has(route.row)) return seen;
    const alone = `; ${seenAlone('it', [e.alone.get(route.row)], e.settings)}`;
    return e.alone.get(route.row) ? alone : `${seen}${alone}`;
  }

  function obstacleOf({ way, lane, resetBetween, inputLanes }, { stateful, layout, timesteps }) {
    if (!stateful) return ', which is outside its window, and no state is carried';
    if (way === CARRIED) {
      return ': its lane was fed it, so the carried state can hold it, but no gradient passes through that state';
    }
    if (way === EARLIER) {
      return ', which its lane is not fed in the same epoch, though it can have been in an earlier one';
    }
    if (resetBetween) {
      const when = way === SOMETIMES ? 'in some epochs the state is' : 'the state was';
      return `, which ${lane === null ? 'its lane' : `lane ${lane}`} was fed, but ${when} reset in between`;
    }
    if (layout === 'shuffled') {
      return way === SOMETIMES
        ? ', but shuffled rows feed it first only by chance'
        : ', but since the reset its lane was fed no other row of its sequence';
    }
    if (lane === null) {
      return `, which went through ${timesteps === 1 ? 'another lane' : 'other lanes'}, and state stays in its lane`;
    }
    const lanes = [...inputLanes].sort((a, b) => a - b);
    const through = `lane${lanes.length > 1 ? 's' : ''} ${listed(lanes)}`;
    return `, which went through ${through}; lane ${lane} never saw it, since state stays in its lane`;
  }

  function leakSentence(leak, settings) {
    const gain = `raises the ceiling from ${share(leak.without)} to ${share(leak.withIt)}`;
    if (leak.kind === 'position') {
      const since = settings.reset === 'never' ? 'start' : 'reset';
      return `position: counting the inputs since the ${since} ${gain}`;
    }
    if (settings.order === 'random') {
      return `order: by elimination (a sequence already shown in this epoch does not come again) ${gain}`;
    }
    if (settings.reset === 'never') {
      return `order: what the lane was fed before the sequence began, in this epoch or the ones before, ${gain}`;
    }
    return `order: what the lane was fed before the sequence began ${gain}`;
  }

  function repairSentence({ kind, result, before, ceilingBefore }) {
    const { settings } = result;
    const byMemory = compare(result.ceiling, result.reach.best) > 0 ? ' by memory' : '';
    const { best } = result.reach;
    const gain = compare(ceilingBefore, best) < 0 ? `from ${share(ceilingBefore)} to ` : 'stays ';
    const ceiling =
      best.n === best.d // as in the verdict on the repaired rows
        ? `ceiling ${share(best)}${byMemory}`
        : `ceiling ${gain}${share(best)}${byMemory} (no more is possible)`;
    if (kind === 'window') {
      return (
        `make each row a window of ${settings.timesteps} inputs (timesteps ${settings.timesteps}), zeros before a ` +
        `sequence's start: ${ceiling}, and the gradient reaches the input that decides`
      );
    }
    const when = { sequence: 'after each sequence', epoch: 'after each epoch only', never: 'never' }[settings.reset];
    let change = `reset the state ${when}`;
    if (kind === 'layout') {
      change =
        settings.batch_size > 1
          ? `one sequence per lane${dealt(result)} (row k of lane s at place s + k·B, B = ${settings.batch_size}), ` +
            'reset after each sequence'
          : 'feed the rows one by one in order, reset after each sequence';
      if (settings.batch_size !== before.batch_size) {
        change += `; the batch size becomes ${settings.batch_size} instead of ${before.batch_size}`;
      }
      if (!before.stateful) change = `carry state from batch to batch, ${change}`;
    }
    return `${change}: ${ceiling}${caveat(result)}`;
  }

  function dealt({ settings, sequences }) {
    if (settings.batch_size === sequences.length) return '';
    return settings.batch_size > sequences.length ? ', each in several lanes' : ', one group after the other';
  }

  function caveat(result) {
    const { gradientReaches, reach, deciding } = result;
    if (gradientReaches || !reach.steps) return '';
    const leftOpen = deciding.every(always)
      ? 'so keeping the symbol depends on optimiser, width and lag'
      : `and the input ${stepsBack(reach.steps)} that decides ${withoutIt(result)}`;
    return `; no gradient crosses rows, ${leftOpen}`;
  }

  return {
    plural, symbolText, options, verdictSentence, neededSentence, causeSentence, leakSentence,
    repairSentence, useSentence, needsLeak, unsaidSentence,
  };
})();
