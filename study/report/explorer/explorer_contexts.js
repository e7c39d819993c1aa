'use strict';
// What the network has seen at each output, in every way an epoch can go, and the ceilings that follow.

const ExplorerContexts = (() => {
  const { TooLarge, divisor, fraction, share, ONE, range, sum, setDefault } = ExplorerNumbers;
  const { EMPTY, inOrder, naturalOrder, presentedOrders } = ExplorerRows;

  /** Gives each history of windows a number: equal histories get equal numbers, and 0 is the empty one. */
  class HistoryNumbers {
    constructor() {
      this.numbers = new Map();
      this.ends = [];
    }

    after(history, window) {
      const key = `${history}|${window}`;
      if (!this.numbers.has(key)) {
        this.ends.push([history, window]);
        this.numbers.set(key, this.ends.length);
      }
      return this.numbers.get(key);
    }

    /** The last windows of a history, oldest first. */
    read(history, most) {
      const windows = [];
      for (let h = history; h && windows.length < most; [h] = [this.ends[h - 1][0]]) {
        windows.push(this.ends[h - 1][1]);
      }
      return windows.reverse();
    }
  }

  const NOTHING_SEEN = { laneKind: '', sinceReset: 0, beforeSequence: 0, ofSequence: 0, length: 0 };

  const occurrenceOf = (data, history, row, weight) => ({
    context: `${history.laneKind}/${history.sinceReset}/${data.windows[row]}`,
    window: data.windows[row],
    row,
    target: data.targets[row],
    ambiguous: data.ambiguous[row],
    weight,
    history,
  });

  /** List what the network has seen at each output, in every way an epoch can go. */
  function occurrences(data, schedule, numbers, limits) {
    if (!schedule.stateful || (schedule.layout === 'shuffled' && schedule.reset !== 'sequence')) {
      // Rows shuffled through the whole epoch: any history is as likely as another, so the window alone counts.
      const repeats = new Map();
      for (const row of inOrder(schedule, naturalOrder(schedule)).rows.flat()) {
        if (row !== EMPTY) repeats.set(row, (repeats.get(row) || 0n) + 1n);
      }
      const rows = [...repeats.keys()].sort((a, b) => a - b);
      return rows.map((row) => occurrenceOf(data, NOTHING_SEEN, row, fraction(repeats.get(row))));
    }
    const orders = presentedOrders(schedule, limits);
    if (schedule.layout === 'shuffled') return shuffledWithinSequences(data, schedule, orders, numbers, limits);
    const epochs = orders.map((order) => inOrder(schedule, order));
    const share = fraction(1n, BigInt(epochs.length));
    if (schedule.reset === 'never') return neverReset(data, schedule, epochs, share, numbers);
    return epochs.flatMap((epoch) =>
      range(schedule.batch_size).flatMap((lane) =>
        follow(data, [epoch], lane, numbers)
          .filter(({ row }) => row !== EMPTY)
          .map(({ history, row }) => occurrenceOf(data, history, row, share)),
      ),
    );
  }

  /** Follow one lane through some epochs in a row: at each batch, what it was fed before, and the row. */
  function follow(data, epochs, lane, numbers) {
    let history = NOTHING_SEEN;
    return epochs.flatMap((epoch) => {
      let current = EMPTY; // the sequence that runs through the lane; an epoch begins it anew
      return epoch.rows.map((rows, step) => {
        const row = rows[lane];
        const window = row === EMPTY ? data.nothing : data.windows[row];
        if (row !== EMPTY && data.sequence[row] !== current) {
          history = { ...history, beforeSequence: history.sinceReset, ofSequence: 0 };
          current = data.sequence[row];
        }
        const now = history;
        history = {
          ...history,
          sinceReset: numbers.after(history.sinceReset, window),
          ofSequence: numbers.after(history.ofSequence, window),
          length: history.length + 1,
        };
        const whole = history.sinceReset;
        if (epoch.resetAfter[step]) [history, current] = [NOTHING_SEEN, EMPTY];
        return { history: now, row, whole };
      });
    });
  }

  /**
   * Contexts in the long run, where the state is never reset. Fixed and alternating orders repeat, so one period tells
   * two lanes apart or nothing will; in random order the past tells a lane by how its inputs are distributed.
   */
  function neverReset(data, schedule, epochs, share, numbers) {
    const periods = schedule.order === 'random' ? epochs.map((epoch) => [epoch]) : [epochs];
    return range(schedule.batch_size).flatMap((lane) => {
      const walks = periods.map((period) => follow(data, period, lane, numbers));
      const wholes = walks.map((steps) => steps[steps.length - 1].whole).sort((a, b) => a - b);
      return walks.flatMap((steps) =>
        steps
          .filter(({ row }) => row !== EMPTY)
          .map(({ history, row }) => occurrenceOf(data, { ...history, laneKind: wholes.join(',') }, row, share)),
      );
    });
  }

  /** Contexts where each sequence's rows are shuffled and the state is reset after each sequence. */
  function shuffledWithinSequences(data, schedule, orders, numbers, limits) {
    const places = new Map(); // the sequences that a lane's rows since the reset come from, and how often that occurs
    for (const order of orders) {
      const epoch = inOrder(schedule, order);
      for (const lane of range(schedule.batch_size)) {
        let origins = [];
        epoch.rows.forEach((rows, step) => {
          origins = [...origins, data.sequence[rows[lane]]];
          const place = setDefault(places, origins.join(), () => ({ origins, number: 0 }));
          place.number += 1;
          if (epoch.resetAfter[step]) origins = [];
        });
      }
    }
    let [budget, room] = [limits.histories, limits.occurrences];
    for (const { origins } of places.values()) {
      budget -= numberOfDraws(data, schedule, origins);
      room -= numberOfDraws(data, schedule, origins.slice(0, -1)) * schedule.lengths[origins[origins.length - 1]];
      if (budget < 0 || room < 0) throw new TooLarge('too many histories of shuffled rows');
    }
    const listed = [];
    const join = (from, windows) => windows.reduce((h, window) => numbers.after(h, window), from);
    for (const { origins, number } of places.values()) {
      const began = origins.indexOf(origins[origins.length - 1]);
      for (const { drawn, rows: last } of draws(data, schedule, origins)) {
        const before = join(0, drawn.slice(0, began));
        const ofSequence = drawn.slice(began);
        const history = {
          laneKind: '',
          sinceReset: join(before, ofSequence),
          beforeSequence: before,
          ofSequence: join(0, ofSequence),
          length: drawn.length,
        };
        for (const { row, n, d } of last) {
          listed.push(occurrenceOf(data, history, row, fraction(n * BigInt(number), d * BigInt(orders.length))));
        }
      }
    }
    return listed;
  }

  /** The rows of a sequence, counted by window. */
  function poolOf(data, schedule, sequence) {
    const pool = new Map();
    for (const row of schedule.parts[sequence]) {
      pool.set(data.windows[row], (pool.get(data.windows[row]) || 0) + 1);
    }
    return pool;
  }

  /** Count the different ordered draws of windows without putting back, one of each of `origins` in turn. */
  function numberOfDraws(data, schedule, origins) {
    let product = 1;
    for (const sequence of new Set(origins)) {
      const length = origins.filter((s) => s === sequence).length;
      let ways = range(length + 1).map((k) => (k ? 0 : 1));
      for (const count of poolOf(data, schedule, sequence).values()) {
        ways = ways.map((_, k) => sum(range(Math.min(count, k) + 1).map((j) => ways[k - j] * choose(k, j))));
      }
      product *= ways[length];
    }
    return product;
  }

  function choose(n, k) {
    let ways = 1;
    for (let j = 1; j <= k; j += 1) ways = (ways * (n - k + j)) / j;
    return Math.round(ways);
  }

  /** Draw rows without putting back, one of each of `origins` in turn: windows before, last rows with their chances. */
  function* draws(data, schedule, origins) {
    const pools = new Map([...new Set(origins)].map((s) => [s, poolOf(data, schedule, s)]));
    const final = origins[origins.length - 1];
    const alike = poolOf(data, schedule, final);
    const drawn = [];
    function* draw(place, n, d) {
      const pool = pools.get(origins[place]);
      const size = BigInt(sum([...pool.values()]));
      if (place === origins.length - 1) {
        const possible = schedule.parts[final].filter((row) => pool.get(data.windows[row]));
        const rows = possible.map((row) => ({
          row,
          n: n * BigInt(pool.get(data.windows[row])),
          d: d * size * BigInt(alike.get(data.windows[row])),
        }));
        yield { drawn: [...drawn], rows };
        return;
      }
      for (const window of pool.keys()) {
        const left = pool.get(window);
        if (left) {
          pool.set(window, left - 1);
          drawn.push(window);
          yield* draw(place + 1, n * BigInt(left), d * size);
          drawn.pop();
          pool.set(window, left);
        }
      }
    }
    yield* draw(0, 1n, 1n);
  }

  /** Contexts of a network that is told the sequence: no network does better where rows of a sequence are shuffled. */
  const boundingOccurrences = (data) =>
    data.inputs.map((_, row) => occurrenceOf(data, { ...NOTHING_SEEN, sinceReset: data.sequence[row] }, row, ONE));

  /** Rows whose lane has seen nothing of their sequence before them, and whether that is always so. */
  function rowsSeenAlone(all) {
    const alone = new Map();
    for (const { row, history } of all) setDefault(alone, row, () => []).push(history.ofSequence === 0);
    const rows = [...alone].filter(([, seen]) => seen.includes(true));
    return new Map(rows.map(([row, seen]) => [row, !seen.includes(false)]));
  }

  // ---- Ceilings. ----

  /** Group by context: the weight of each target, in whole numbers of a share that divides all weights. */
  function byContext(seen, view) {
    const share = [...new Set(seen.map((each) => each.weight.d))].reduce((a, b) => (a / divisor(a, b)) * b, 1n);
    const groups = new Map();
    const units = new Map();
    for (const each of seen) {
      const counts = setDefault(groups, view(each), () => new Map());
      const weight = setDefault(units, each.weight, () => each.weight.n * (share / each.weight.d));
      counts.set(each.target, (counts.get(each.target) || 0n) + weight);
    }
    return [...groups.values()].map((counts) => [...counts.values()]);
  }

  const total = (weights) => weights.reduce((a, b) => a + b, 0n);

  /** Accuracy of the best function of a view: in each context, answer the commonest target. */
  function bestAccuracy(seen, view) {
    if (!seen.length) return ONE;
    const groups = byContext(seen, view);
    const right = total(groups.map((counts) => counts.reduce((a, b) => (a > b ? a : b))));
    return fraction(right, total(groups.map(total)));
  }

  /** Binary cross-entropy of the best function of the context, in nats, mean over outputs and rows. */
  function lowestLoss(seen, features) {
    const groups = byContext(seen, (each) => each.context);
    const all = Number(total(groups.map(total)));
    const entropy = (p) => (p === 0 || p === 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log(1 - p));
    return sum(
      groups.map((counts) => {
        const weight = Number(total(counts));
        return ((weight / all) * sum(counts.map((count) => entropy(Number(count) / weight)))) / features;
      }),
    );
  }

  return { HistoryNumbers, occurrences, boundingOccurrences, rowsSeenAlone, bestAccuracy, lowestLoss };
})();
