'use strict';
// How far back the input lies that decides, and by which route it reaches a row.

const ExplorerReach = (() => {
  const { fraction, share, ONE, range, sum, setDefault } = ExplorerNumbers;
  const { presentedOrders } = ExplorerRows;

  const WINDOW = 'window';
  const CARRIED = 'carried state';
  const SOMETIMES = 'carried state, in some epochs';
  const EARLIER = 'carried state, from an earlier epoch alone';
  const NOT_AT_ALL = 'not at all';

  // ---- Reach: how far back the input lies that decides, a property of the sequences alone. ----

  /** Number each row's window of its input and some inputs before it, nearest first; equal numbers, equal windows. */
  function windowNumbersOf(data) {
    const rank = (values) => {
      const places = new Map([...new Set(values)].sort((a, b) => a - b).map((value, k) => [value, k]));
      return values.map((value) => places.get(value));
    };
    const windows = [rank(data.lastInputs)];
    for (let back = 1; back <= Math.max(...data.position); back += 1) {
      const nearer = windows[back - 1];
      const earlier = (row) => (data.position[row] >= back ? data.lastInputs[row - back] + 1 : 0);
      windows.push(rank(nearer.map((number, row) => number * (data.symbols.length + 1) + earlier(row))));
    }
    return windows;
  }

  function findReach(data) {
    const windows = windowNumbersOf(data);
    const right = (numbers) => {
      const groups = new Map();
      numbers.forEach((number, row) => {
        const counts = setDefault(groups, number, () => new Map());
        counts.set(data.targets[row], (counts.get(data.targets[row]) || 0) + 1);
      });
      return sum([...groups.values()].map((counts) => Math.max(...counts.values())));
    };
    const best = right(windows[windows.length - 1]);
    const steps = windows.findIndex((numbers) => right(numbers) === best);
    const ambiguous = data.ambiguous.filter(Boolean).length;
    const wrong = data.targets.length - best;
    const share = ambiguous ? fraction(BigInt(ambiguous - wrong), BigInt(ambiguous)) : ONE;
    if (steps === 0) return { best: share, steps: wrong === 0 ? 0 : null, example: [], once: 0 };
    const rows = new Map();
    windows[steps].forEach((number) => rows.set(number, (rows.get(number) || 0) + 1));
    const once = windows[steps].filter((number, row) => data.ambiguous[row] && rows.get(number) === 1).length;
    return { best: share, steps, example: exampleOf(data, windows[steps - 1], windows[steps]), once };
  }

  /** Two rows that agree but for the farthest input of the longer windows, and have different targets. */
  function exampleOf(data, short, long) {
    const groups = new Map();
    short.forEach((number, row) => setDefault(groups, number, () => []).push(row));
    for (const number of [...groups.keys()].sort((a, b) => a - b)) {
      const group = groups.get(number);
      const other = group.find((row) => data.targets[row] !== data.targets[group[0]]);
      for (const anchor of [group[0], other === undefined ? group[0] : other]) {
        const apart = group.find((row) => long[row] !== long[anchor] && data.targets[row] !== data.targets[anchor]);
        if (apart !== undefined) return [anchor, apart];
      }
    }
    return [];
  }

  // ---- Routes: how an earlier input of its sequence reaches a row, whatever is said about the two. ----

  /** Make a function of a row and steps back that tells how the input so far back reaches the row. */
  function routesOf(data, schedule, limits) {
    const firstLanes = firstLanesOf(schedule, limits);
    return (row, steps) => {
      const none = { row, inputRow: row - steps, steps, lane: null, inputLanes: [], resetBetween: false };
      if (steps < data.timesteps) return { ...none, way: WINDOW };
      if (!schedule.stateful) return { ...none, way: NOT_AT_ALL };
      if (schedule.layout === 'interleaved') return { ...none, way: CARRIED }; // a lane holds a whole sequence
      const lanes = firstLanes[data.sequence[row]];
      if (schedule.layout === 'shuffled') return { ...none, way: shuffledWay(data, schedule, row, lanes) };
      return { ...none, ...consecutiveWay(data, schedule, row, steps, lanes) };
    };
  }

  /** List the lanes in which each sequence can begin where rows go into batches in turn. */
  function firstLanesOf(schedule, limits) {
    const firstLanes = schedule.lengths.map(() => new Set());
    for (const order of presentedOrders(schedule, limits)) {
      let start = 0;
      for (const sequence of order) {
        firstLanes[sequence].add(start % schedule.batch_size);
        start += schedule.lengths[sequence];
      }
    }
    return firstLanes.map((lanes) => [...lanes]);
  }

  /** The row's lane, and all lanes that are fed the input: that of its own row, and of later rows' windows. */
  function lanesOf(data, size, firstLane, row, steps) {
    const lane = firstLane + data.position[row];
    const inputLanes = range(data.timesteps).map((later) => (lane - steps + later) % size);
    return { lane: lane % size, inputLanes: [...new Set(inputLanes)] };
  }

  function consecutiveWay(data, schedule, row, steps, firstLanes) {
    const { batch_size: size, reset } = schedule;
    const known = firstLanes.length === 1 ? lanesOf(data, size, firstLanes[0], row, steps) : {};
    // This many rows back is the nearest row of the same lane whose window holds the input.
    const nearest = Math.ceil((steps - data.timesteps + 1) / size) * size;
    if (nearest > steps) {
      const apart = firstLanes.flatMap((first) => firstLanes.map((other) => other - first));
      const before = reset === 'never' && apart.some((far) => (steps - far + size) % size < data.timesteps);
      return { ...known, way: before ? EARLIER : NOT_AT_ALL };
    }
    // A reset falls inside a sequence only where it begins in the batch in which another one ends.
    const kept = firstLanes.map(
      (first) => reset !== 'sequence' || first === 0 || first + data.position[row] - nearest >= size,
    );
    const all = kept.every(Boolean);
    return { ...known, way: all ? CARRIED : kept.some(Boolean) ? SOMETIMES : NOT_AT_ALL, resetBetween: !all };
  }

  /** Ask whether two rows of the sequence can run through one lane without a reset in between. */
  function shuffledWay(data, schedule, row, firstLanes) {
    const { batch_size: size, lengths, reset } = schedule;
    if (reset !== 'sequence') return sum(lengths) > size ? SOMETIMES : reset === 'never' ? EARLIER : NOT_AT_ALL;
    const length = lengths[data.sequence[row]];
    return firstLanes.some((first) => length - ((size - first) % size) > size) ? SOMETIMES : NOT_AT_ALL;
  }

  const always = ({ way }) => way === WINDOW || way === CARRIED;

  /** How the input some steps back reaches each ambiguous row that has one. */
  const reachingAmbiguous = ({ data, route }, steps) =>
    range(data.targets.length)
      .filter((row) => data.ambiguous[row] && data.position[row] >= steps)
      .map((row) => route(row, steps));

  return { CARRIED, SOMETIMES, EARLIER, NOT_AT_ALL, findReach, routesOf, always, reachingAmbiguous };
})();
