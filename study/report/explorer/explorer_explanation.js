'use strict';
// The answer for one setting, and what helps.

const ExplorerExplanation = (() => {
  const { CannotAnswer, TooLarge, compare, ONE, grouped, range, sum, setDefault } = ExplorerNumbers;
  const {
    RESETS, EMPTY, PADDING, encode, makeSchedule, arrange, inOrder, naturalOrder, presentedOrders,
  } = ExplorerRows;
  const {
    HistoryNumbers, occurrences, boundingOccurrences, rowsSeenAlone, bestAccuracy, lowestLoss,
  } = ExplorerContexts;
  const { SOMETIMES, findReach, routesOf, always, reachingAmbiguous } = ExplorerReach;

  const RULED_OUT = 'ruled out by the layout';
  const NO_GRADIENT_ACROSS_ROWS = 'possible, but no gradient crosses rows: it depends on optimiser, width and lag';
  const SOLVABLE = 'possible, and a gradient reaches it';
  const CONFLICT = 'the data contradict themselves';
  // An answer has to come while a key is pressed; what is larger is for the command line.
  const LIMITS = { rows: 300, timesteps: 300, slots: 2000, walked: 20000, histories: 20000, occurrences: 20000 };
  const MANY_ROWS = 100; // ambiguous rows from which it is said that most are told apart by what never comes again
  const MOST_INPUTS = 256; // last inputs of a visible context that are listed

  /** The input of one row that shows the verdict best; null if nothing is lacking. */
  function causeOf(e) {
    const { kind, reach, deciding } = e;
    if (![RULED_OUT, NO_GRADIENT_ACROSS_ROWS].includes(kind) || !reach.steps) return null;
    const group = (e.confusions.find((c) => c.rows.some((row) => reach.example.includes(row))) || { rows: [] }).rows;
    const rows = [...reach.example.filter((row) => group.includes(row)), ...reach.example];
    const shown = rows.map((row) => deciding.find((each) => each.row === row)).filter(Boolean);
    if (kind === NO_GRADIENT_ACROSS_ROWS) return shown[0];
    const steps = range(reach.steps - 1, 1).reverse();
    const nearer = steps.flatMap((back) => shown.map(({ row }) => e.route(row, back)));
    const others = steps.flatMap((back) => reachingAmbiguous(e, back));
    return [...shown, ...deciding, ...nearer, ...others].find((each) => !always(each)) || null;
  }

  // ---- The answer for one setting. ----

  /** Find out what a network can know and learn; lists of slots and confusions only if they are wanted. */
  function explain(sequences, settings, limits = LIMITS, wanted = true) {
    const lengths = sequences.map((sequence) => sequence.length - 1);
    checkSize(lengths, settings, limits);
    const schedule = makeSchedule(lengths, settings);
    checkSlots(schedule, limits);
    const data = encode(sequences, settings.timesteps);
    const numbers = new HistoryNumbers();
    let seen;
    let bound = false;
    if (schedule.layout === 'shuffled' && schedule.stateful) presentedOrders(schedule, limits);
    try {
      seen = occurrences(data, schedule, numbers, limits);
    } catch (error) {
      if (!(error instanceof TooLarge) || schedule.layout !== 'shuffled') throw error;
      [seen, bound] = [boundingOccurrences(data), true];
    }
    const e = { sequences, settings, data, schedule, bound, ...ceilingsOf(seen, data, settings, bound) };
    e.reach = findReach(data);
    e.gradientReaches = e.reach.steps !== null && e.reach.steps < settings.timesteps;
    e.kind = kindOf(e);
    e.route = routesOf(data, schedule, limits);
    e.deciding = e.reach.steps ? reachingAmbiguous(e, e.reach.steps) : [];
    e.slots = wanted ? slotsOf(data, schedule) : [];
    e.confusions = wanted && !bound ? confusionsOf(seen, data, numbers) : [];
    e.dead = alwaysZero(schedule, limits);
    e.notes = [...notesOf(schedule, bound), ...byHeart(e.reach, data.ambiguous.filter(Boolean).length)];
    return e;
  }

  function checkSize(lengths, settings, limits) {
    const rows = sum(lengths);
    if (settings.timesteps < 1) {
      throw new CannotAnswer(
        `timesteps is ${settings.timesteps}; it must be 1 or more, the number of inputs in one row`,
      );
    }
    if (rows > limits.rows || settings.timesteps > limits.timesteps) {
      const [what, most] =
        rows > limits.rows
          ? [`${grouped(rows)} rows`, limits.rows]
          : [`timesteps ${settings.timesteps}`, limits.timesteps];
      throw new TooLarge(`${what} is more than the ${most} that this page draws; use less, or the command study why`);
    }
  }

  function checkSlots(schedule, limits) {
    const { batch_size: size, lengths, period } = schedule;
    const steps = schedule.layout === 'interleaved' ? Math.ceil(lengths.length / size) * Math.max(...lengths) : 0;
    const slots = Math.max(size * steps, sum(lengths)) * period;
    if (slots > limits.slots) {
      throw new TooLarge(
        `batch size ${size} makes ${grouped(slots)} slots, more than the ${grouped(limits.slots)} that this page ` +
          'draws; use a smaller one, or the command study why',
      );
    }
  }

  function ceilingsOf(seen, data, settings, bound) {
    const hard = seen.filter((each) => each.ambiguous);
    const whole = (each) => each.context;
    const blind = () => '';
    const window = bestAccuracy(hard, (each) => each.window);
    const ceiling = bestAccuracy(hard, whole);
    const withHistory = (view) => bestAccuracy(hard, (each) => `${view(each.history)}/${each.window}`);
    return {
      ceiling,
      overall: bestAccuracy(seen, whole),
      chance: bestAccuracy(hard, blind),
      chanceOverall: bestAccuracy(seen, blind),
      lossFloor: lowestLoss(seen, data.symbols.length),
      alone: rowsSeenAlone(hard),
      ownSequenceCeiling: bound || !settings.stateful ? window : withHistory((history) => history.ofSequence),
      leaks: bound ? [] : leaksOf(window, ceiling, withHistory),
    };
  }

  /** Find what gives targets away without any input of the row's own sequence but its window. */
  function leaksOf(window, ceiling, withHistory) {
    const leaks = [];
    const place = withHistory((history) => history.length);
    if (compare(place, window) > 0) leaks.push({ kind: 'position', without: window, withIt: place });
    let others = withHistory((history) => `${history.laneKind}/${history.beforeSequence}`);
    if (compare(others, ceiling) > 0) others = ceiling; // a network does not know where its row's sequence began
    if (compare(others, window) > 0) leaks.push({ kind: 'order', without: window, withIt: others });
    return leaks;
  }

  /** What memory can do: nothing tells a lane where a sequence begins, so one can look like two. */
  const memoryCeiling = ({ ownSequenceCeiling, ceiling }) =>
    compare(ownSequenceCeiling, ceiling) < 0 ? ownSequenceCeiling : ceiling;

  /** Whether rows that cannot all be right as they are trained can teach a network that is right in use. */
  function differsInUse(e) {
    if (!e.settings.stateful || compare(memoryCeiling(e), e.reach.best) >= 0) return false;
    return compare(e.ownSequenceCeiling, e.reach.best) >= 0 || e.deciding.some((route) => route.way === SOMETIMES);
  }

  function kindOf(e) {
    if (compare(memoryCeiling(e), e.reach.best) < 0) return RULED_OUT;
    if (compare(e.reach.best, ONE) < 0) return CONFLICT;
    return e.gradientReaches ? SOLVABLE : NO_GRADIENT_ACROSS_ROWS;
  }

  const symbolsOf = (columns, data) => columns.map((column) => (column === PADDING ? null : data.symbols[column]));

  /** List what stands in each lane of each batch, and what it has seen. */
  function slotsOf(data, schedule) {
    const chance = generator(1);
    const slots = [];
    let lanes = range(schedule.batch_size).map(() => []);
    for (const number of range(schedule.period)) {
      const epoch = shownEpoch(schedule, number, chance);
      epoch.rows.forEach((rows, batch) => {
        rows.forEach((row, lane) => {
          const fed = row === EMPTY ? range(data.timesteps).fill(PADDING) : data.inputs[row];
          lanes[lane] = [...(schedule.stateful ? lanes[lane] : []), ...symbolsOf(fed, data)];
          slots.push({
            epoch: number,
            batch,
            lane,
            row: row === EMPTY ? null : row,
            context: lanes[lane].slice(-MOST_INPUTS),
            left_out: Math.max(0, lanes[lane].length - MOST_INPUTS),
            target: row === EMPTY ? null : data.symbols[data.targets[row]],
            ambiguous: row !== EMPTY && data.ambiguous[row],
            reset_after: epoch.resetAfter[batch],
          });
        });
        if (epoch.resetAfter[batch]) lanes = lanes.map(() => []);
      });
    }
    return slots;
  }

  /** One epoch to be shown: as it is, or an example where chance has a part in it. */
  function shownEpoch(schedule, number, chance) {
    const natural = naturalOrder(schedule);
    if (!schedule.draws) {
      return inOrder(schedule, schedule.order === 'alternating' && number % 2 ? natural.reverse() : natural);
    }
    const order = schedule.order === 'random' ? shuffled(natural, chance) : natural;
    if (schedule.layout !== 'shuffled') return inOrder(schedule, order);
    const parts = order.map((s) => schedule.parts[s]);
    return arrange(schedule, (schedule.reset === 'sequence' ? parts : [parts.flat()]).map((p) => shuffled(p, chance)));
  }

  /** A linear congruential generator: the same example each time, so that a picture changes with the settings only. */
  function generator(seed) {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  }

  function shuffled(items, chance) {
    const mixed = [...items];
    for (let k = mixed.length - 1; k > 0; k -= 1) {
      const other = chance(k + 1);
      [mixed[k], mixed[other]] = [mixed[other], mixed[k]];
    }
    return mixed;
  }

  const compareLists = (a, b) => {
    const place = a.findIndex((value, k) => value !== b[k]);
    if (place < 0) return a.length - b.length;
    return place >= b.length ? 1 : a[place] - b[place];
  };

  /** Group rows by visible context, and contexts by the rows they confuse. */
  function confusionsOf(seen, data, numbers) {
    const groups = new Map();
    for (const each of seen) setDefault(groups, each.context, () => new Map()).set(each.row, each);
    const alike = new Map();
    for (const group of groups.values()) {
      const members = [...group.values()];
      if (new Set(members.map((each) => each.target)).size > 1) {
        const rows = [...group.keys()].sort((a, b) => a - b);
        setDefault(alike, rows.join(','), () => ({ rows, contexts: 0, first: members[0] })).contexts += 1;
      }
    }
    return [...alike.values()]
      .sort((a, b) => compareLists(a.rows, b.rows))
      .map(({ rows, contexts, first }) => {
        const before = numbers.read(first.history.sinceReset, Math.floor(MOST_INPUTS / data.timesteps));
        const columns = [...before, first.window].flatMap((window) => window.split(',').map(Number));
        const targets = rows.map((row) => data.symbols[data.targets[row]]);
        return { rows, targets, context: symbolsOf(columns, data), contexts };
      });
  }

  /** Whether the previous state is zero at every row, so that weights multiplied by it never get a gradient. */
  function alwaysZero(schedule, limits) {
    if (schedule.timesteps > 1) return false;
    return (
      !schedule.stateful ||
      presentedOrders(schedule, limits).every((order) => inOrder(schedule, order).resetAfter.every(Boolean))
    );
  }

  function notesOf(schedule, bound) {
    const notes = [];
    if (schedule.draws) {
      notes.push('the lanes show one epoch as it may be drawn; the ceilings count every way it can be');
    }
    if (schedule.stateful && schedule.reset === 'never') {
      notes.push(
        'the lanes show the first epoch; the ceilings hold after many, since the state is carried on',
      );
    }
    if (bound) {
      notes.push(
        'too many ways to shuffle: the ceilings are those of a network that is told the sequence, an upper bound',
      );
    }
    return notes;
  }

  /** Caution where most ambiguous rows look like no other row, as they all do in noise. */
  function byHeart({ steps, once }, ambiguous) {
    if (ambiguous < MANY_ROWS || 2 * once <= ambiguous) return [];
    return [
      `with the ${steps + 1} inputs that are needed, ${once} of ${ambiguous} ambiguous rows look like no other row: ` +
        'they can be learned by heart, so no ceiling here says what is right on new data; hold some sequences back ' +
        'to find out',
    ];
  }

  // ---- Repairs. ----

  /** Find what helps, best first, each measured as the original was. */
  function findRepairs(e, limits) {
    const repairs = [];
    for (const [kind, settings] of candidates(e)) {
      try {
        const result = explain(e.sequences, settings, limits, false);
        if (compare(memoryCeiling(result), e.reach.best) >= 0) {
          repairs.push({ kind, result, before: e.settings, ceilingBefore: memoryCeiling(e) });
        }
      } catch (error) {
        if (!(error instanceof CannotAnswer)) throw error; // the rows do not fit these settings, or are too many
      }
    }
    return repairs.sort((a, b) => Number(b.result.gradientReaches) - Number(a.result.gradientReaches));
  }

  function candidates(e) {
    const { settings, kind, reach } = e;
    const changes = [];
    const ruledOut = kind === RULED_OUT;
    if (reach.steps !== null && reach.steps >= settings.timesteps && kind !== SOLVABLE) {
      changes.push(['window', { ...settings, timesteps: reach.steps + 1 }]);
    }
    if (ruledOut) {
      const size = fittingBatchSize(settings.batch_size, e.sequences.length);
      const lanes = { layout: 'interleaved', reset: 'sequence', batch_size: size, stateful: true };
      changes.push(['layout', { ...settings, ...lanes }]);
    }
    if (ruledOut && settings.layout !== 'shuffled' && settings.stateful) {
      for (const reset of RESETS) if (reset !== settings.reset) changes.push(['reset', { ...settings, reset }]);
    } else if (e.leaks.length && settings.reset !== 'sequence') {
      changes.push(['reset', { ...settings, reset: 'sequence' }]);
    }
    return changes;
  }

  /** The number of lanes nearest to the batch size that the sequences can be dealt out to. */
  function fittingBatchSize(size, sequences) {
    const fitting = range(Math.max(size, sequences), 1).filter((n) => sequences % n === 0 || n % sequences === 0);
    return fitting.reduce((best, n) => (Math.abs(n - size) < Math.abs(best - size) ? n : best));
  }

  /** Rows in the order in which a repair feeds them; null for a slot that is filled with zeros. */
  function rowOrder(e) {
    const plain = makeSchedule(e.data.lengths, { ...e.settings, order: 'fixed' });
    return inOrder(plain, naturalOrder(plain)).rows.flat().map((row) => (row === EMPTY ? null : row));
  }

  return {
    RULED_OUT, NO_GRADIENT_ACROSS_ROWS, SOLVABLE, CONFLICT, LIMITS, causeOf, differsInUse, explain, findRepairs,
    memoryCeiling, rowOrder,
  };
})();
