'use strict';
// What `study why` answers, for the page: lanes, contexts, ceilings, reach, verdict and repairs in exact fractions.
// Pure functions that know no document; a test holds them against the Python on thousands of random cases.

const ExplorerLogic = (() => {
  const LAYOUTS = ['consecutive', 'interleaved', 'shuffled'];
  const RESETS = ['sequence', 'epoch', 'never'];
  const ORDERS = ['fixed', 'alternating', 'random'];
  const DEFAULTS = {
    batch_size: 1, timesteps: 1, layout: 'consecutive', reset: 'sequence', order: 'fixed', stateful: true,
  };
  const OPTIONS = {
    batch_size: '--batch-size', timesteps: '--timesteps', layout: '--layout', reset: '--reset', order: '--order',
  };
  const RULED_OUT = 'ruled out by the layout';
  const NO_GRADIENT_ACROSS_ROWS = 'possible, but no gradient crosses rows: it depends on optimiser, width and lag';
  const SOLVABLE = 'possible, and a gradient reaches it';
  const CONFLICT = 'the data contradict themselves';
  const EMPTY = -1; // a slot without a row
  const WINDOW = 'window';
  const CARRIED = 'carried state';
  const SOMETIMES = 'carried state, in some epochs';
  const EARLIER = 'carried state, from an earlier epoch alone';
  const NOT_AT_ALL = 'not at all';
  const PADDING = -1; // an input slot before the start of a sequence
  // An answer has to come while a key is pressed; what is larger is for the command line.
  const LIMITS = { rows: 300, timesteps: 300, slots: 2000, walked: 20000, histories: 20000, sights: 20000 };
  const MANY_ROWS = 100; // ambiguous rows from which it is said that most are told apart by what never comes again
  const MOST_INPUTS = 256; // last inputs of a visible context that are listed

  /** An input that cannot be answered; its message is one line. */
  class CannotAnswer extends Error {}
  /** An input that is too large for the page. */
  class TooLarge extends CannotAnswer {}

  // ---- Fractions: {n, d} of BigInt, reduced, d > 0. ----

  const magnitude = (a) => (a < 0n ? -a : a);
  const divisor = (a, b) => (b ? divisor(b, a % b) : magnitude(a));
  const fraction = (n, d = 1n) => {
    const common = divisor(n, d) || 1n;
    return { n: n / common, d: d / common };
  };
  const compare = (a, b) => {
    const difference = a.n * b.d - b.n * a.d;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  };
  const asText = (a) => (a.d === 1n ? `${a.n}` : `${a.n}/${a.d}`);

  /** Write a share: as a fraction if that can be read, else in decimals. */
  function share(a) {
    if (a.d <= 100n) return asText(a);
    const rounded = asNumber(a).toFixed(4);
    return rounded === '0.0000' || rounded === '1.0000' ? asNumber(a).toFixed(8) : rounded;
  }
  const asNumber = (a) => Number(a.n) / Number(a.d);
  const ONE = fraction(1n);

  const grouped = (number) => `${number}`.replace(/\B(?=(\d{3})+$)/g, ',');
  const range = (count, start = 0) => Array.from({ length: count }, (_, k) => start + k);
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
  const factorial = (n) => (n < 2 ? 1 : n * factorial(n - 1));
  const setDefault = (map, key, make) => {
    if (!map.has(key)) map.set(key, make());
    return map.get(key);
  };

  // ---- Sequences and rows. ----

  /** Read sequences: symbols apart by commas, sequences by spaces or new lines. */
  function parseSequences(text) {
    const texts = text.replace(/[ \t]*,[ \t]*/g, ',').split(/\s+/).filter((part) => part !== '');
    if (!texts.length) throw new CannotAnswer('there are no sequences; give at least one with two symbols');
    return texts.map((part) => {
      const symbols = part.split(',');
      if (symbols.length > 1 && symbols.includes('')) {
        throw new CannotAnswer(`sequence '${part}' has an empty symbol; write it as 3,0,1,2,3`);
      }
      if (symbols.length < 2) {
        throw new CannotAnswer(
          `sequence '${part}' has fewer than two symbols; put commas between them, as in 3,0,1,2,3`,
        );
      }
      return symbols;
    });
  }

  /** List the symbols: by value if all are whole numbers, else by code points. */
  function alphabetOf(sequences) {
    const symbols = [...new Set(sequences.flat())];
    if (symbols.every((symbol) => /^(0|-?[1-9]\d*)$/.test(symbol))) {
      return symbols.sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
    }
    return symbols.sort((a, b) => {
      const [left, right] = [a, b].map((symbol) => Array.from(symbol, (c) => c.codePointAt(0)));
      const place = left.findIndex((code, k) => code !== right[k]);
      if (place < 0) return left.length - right.length;
      return place >= right.length ? 1 : left[place] - right[place];
    });
  }

  /** Cut sequences into rows: windows that end with a pair's input, and the symbol that follows. */
  function encode(sequences, timesteps) {
    const symbols = alphabetOf(sequences);
    const column = new Map(symbols.map((symbol, k) => [symbol, k]));
    const data = { symbols, timesteps, inputs: [], targets: [], sequence: [], position: [], lengths: [] };
    const followers = symbols.map(() => new Set());
    sequences.forEach((sequence, number) => {
      const codes = sequence.map((symbol) => column.get(symbol));
      data.lengths.push(codes.length - 1);
      for (let k = 0; k + 1 < codes.length; k += 1) {
        followers[codes[k]].add(codes[k + 1]);
        data.inputs.push(range(timesteps, k - timesteps + 1).map((place) => (place < 0 ? PADDING : codes[place])));
        data.targets.push(codes[k + 1]);
        data.sequence.push(number);
        data.position.push(k);
      }
    });
    data.own = data.inputs.map((window) => window[timesteps - 1]);
    data.ambiguous = data.own.map((code) => followers[code].size > 1);
    data.windows = data.inputs.map((window) => window.join(',')); // equal windows, equal texts
    data.nothing = range(timesteps).fill(PADDING).join(',');
    return data;
  }

  // ---- Layouts: rows -> batches, lanes and resets. ----

  function listed(numbers, most = 8) {
    const shown = numbers.length > most ? [...numbers.slice(0, most - 1), numbers[numbers.length - 1]] : numbers;
    if (shown.length === 1) return `${shown[0]}`;
    return `${shown.slice(0, -1).join(', ')} or ${shown[shown.length - 1]}`;
  }

  /** Refuse unknown names and a batch size that leaves rows, or sequences, over. */
  function checkSettings(settings, lengths) {
    for (const [kind, known] of [['layout', LAYOUTS], ['reset', RESETS], ['order', ORDERS]]) {
      if (!known.includes(settings[kind])) {
        throw new CannotAnswer(`unknown ${kind} '${settings[kind]}'; known: ${known.join(', ')}`);
      }
    }
    const [size, rows, count] = [settings.batch_size, sum(lengths), lengths.length];
    if (size < 1) {
      throw new CannotAnswer(
        `batch size is ${size}; it must be 1 or more, the number of rows in one weight update`,
      );
    }
    if (settings.layout === 'interleaved') {
      if (count % size && size % count) {
        const fitting = range(Math.max(count, 8), 1).filter((n) => count % n === 0 || n % count === 0);
        const over = count > size ? count % size : size % count;
        throw new CannotAnswer(
          `batch size ${size} does not fit ${count} sequences, one a lane: ${over} ` +
            `${count > size ? 'sequence' : 'lane'}${over === 1 ? '' : 's'} left over; ` +
            `use ${listed(fitting)}, or add or drop sequences`,
        );
      }
    } else if (rows % size) {
      const over = rows % size;
      const which = over === 1 ? `row ${rows - 1}` : `rows ${rows - over} to ${rows - 1}`;
      const fitting = range(rows, 1).filter((n) => rows % n === 0);
      throw new CannotAnswer(
        `batch size ${size} does not divide the ${rows} rows: ${which} left over; ` +
          `use ${listed(fitting)}, or drop or add rows`,
      );
    }
  }

  function makeSchedule(lengths, settings) {
    checkSettings(settings, lengths);
    let first = 0;
    const parts = lengths.map((length) => range(length, (first += length) - length));
    const several = lengths.length > 1;
    return {
      ...settings,
      lengths,
      parts,
      draws: settings.layout === 'shuffled' || (settings.order === 'random' && several),
      period: settings.order === 'alternating' && several ? 2 : 1,
    };
  }

  /** Put parts, each the rows between two possible resets, into batches: {rows, resetAfter}. */
  function arrange(schedule, parts) {
    const size = schedule.batch_size;
    const { rows, ends } = schedule.layout === 'interleaved' ? dealOut(parts, size) : inTurn(parts, size);
    const resetAfter = rows.map(() => false);
    if (schedule.reset === 'sequence') for (const end of ends) resetAfter[end] = true;
    if (schedule.reset === 'epoch') resetAfter[rows.length - 1] = true;
    return { rows, resetAfter };
  }

  function inTurn(parts, size) {
    const stream = parts.flat();
    const rows = range(stream.length / size).map((batch) => stream.slice(batch * size, (batch + 1) * size));
    let last = -1;
    return { rows, ends: parts.map((part) => Math.floor((last += part.length) / size)) };
  }

  function dealOut(parts, size) {
    const lanes = range(Math.max(size, parts.length)).map((k) => parts[k % parts.length]);
    const rows = [];
    const ends = [];
    for (let k = 0; k < lanes.length; k += size) {
      const group = lanes.slice(k, k + size);
      const steps = Math.max(...group.map((part) => part.length));
      for (let step = 0; step < steps; step += 1) {
        rows.push(group.map((part) => (step < part.length ? part[step] : EMPTY)));
      }
      ends.push(rows.length - 1);
    }
    return { rows, ends };
  }

  const inOrder = (schedule, order) => arrange(schedule, order.map((s) => schedule.parts[s]));
  const naturalOrder = (schedule) => range(schedule.lengths.length);

  /** Whether what a lane is fed between two resets depends on the order of the sequences. */
  function lanesNoticeOrder(schedule) {
    const together =
      schedule.reset === 'sequence'
        ? schedule.layout !== 'interleaved' && schedule.lengths.some((n) => n % schedule.batch_size)
        : schedule.layout !== 'shuffled';
    return schedule.order !== 'fixed' && together;
  }

  /** All permutations, in lexicographic order. */
  function permutations(items) {
    if (items.length < 2) return [items];
    return items.flatMap((item, k) =>
      permutations([...items.slice(0, k), ...items.slice(k + 1)]).map((rest) => [item, ...rest]),
    );
  }

  /** List the orders of the sequences that a lane can notice, each as likely as the next. */
  function presentedOrders(schedule, limits) {
    const natural = naturalOrder(schedule);
    if (!lanesNoticeOrder(schedule)) return [natural];
    if (schedule.order === 'alternating') return [natural, [...natural].reverse()];
    const [orders, rows] = [factorial(natural.length), sum(schedule.lengths)];
    if (orders * rows > limits.walked) {
      const written = orders < 1e15 ? grouped(orders) : orders.toPrecision(2);
      throw new TooLarge(
        `${natural.length} sequences in random order have ${written} orders of ${rows} rows, too many to follow on ` +
          'this page; use order fixed or alternating, or fewer sequences',
      );
    }
    return permutations(natural);
  }

  // ---- Sights: each asked-for output and all that the network has seen when it answers. ----

  /** Numbers histories of windows, so that equal histories get equal numbers; 0 is the empty one. */
  class Histories {
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

  const NOTHING_SEEN = { lane: '', seen: 0, before: 0, own: 0, place: 0 };

  const sightOf = (data, past, row, weight) => ({
    context: `${past.lane}/${past.seen}/${data.windows[row]}`,
    window: data.windows[row],
    row,
    target: data.targets[row],
    ambiguous: data.ambiguous[row],
    weight,
    past,
  });

  /** List what the network has seen at each output, in every way an epoch can go. */
  function sights(data, schedule, histories, limits) {
    if (!schedule.stateful || (schedule.layout === 'shuffled' && schedule.reset !== 'sequence')) {
      // Rows shuffled through the whole epoch: any history is as likely as another, so the window alone counts.
      const repeats = new Map();
      for (const row of inOrder(schedule, naturalOrder(schedule)).rows.flat()) {
        if (row !== EMPTY) repeats.set(row, (repeats.get(row) || 0n) + 1n);
      }
      const rows = [...repeats.keys()].sort((a, b) => a - b);
      return rows.map((row) => sightOf(data, NOTHING_SEEN, row, fraction(repeats.get(row))));
    }
    const orders = presentedOrders(schedule, limits);
    if (schedule.layout === 'shuffled') return shuffledSights(data, schedule, orders, histories, limits);
    const epochs = orders.map((order) => inOrder(schedule, order));
    const share = fraction(1n, BigInt(epochs.length));
    if (schedule.reset === 'never') return endlessSights(data, schedule, epochs, share, histories);
    return epochs.flatMap((epoch) =>
      range(schedule.batch_size).flatMap((lane) =>
        walk(data, [epoch], lane, histories)
          .filter(({ row }) => row !== EMPTY)
          .map(({ past, row }) => sightOf(data, past, row, share)),
      ),
    );
  }

  /** Follow one lane through epochs in a row: at each step, what was fed since the last reset, and the row. */
  function walk(data, epochs, lane, histories) {
    let past = NOTHING_SEEN;
    return epochs.flatMap((epoch) => {
      let current = EMPTY; // the sequence that runs through the lane; an epoch begins it anew
      return epoch.rows.map((rows, step) => {
        const row = rows[lane];
        const window = row === EMPTY ? data.nothing : data.windows[row];
        if (row !== EMPTY && data.sequence[row] !== current) {
          past = { ...past, before: past.seen, own: 0 };
          current = data.sequence[row];
        }
        const now = past;
        past = {
          ...past,
          seen: histories.after(past.seen, window),
          own: histories.after(past.own, window),
          place: past.place + 1,
        };
        const whole = past.seen;
        if (epoch.resetAfter[step]) [past, current] = [NOTHING_SEEN, EMPTY];
        return { past: now, row, whole };
      });
    });
  }

  /**
   * Contexts in the long run, where the state is never reset. Fixed and alternating orders repeat, so one period tells
   * two lanes apart or nothing will; in random order the past tells a lane by how its inputs are distributed.
   */
  function endlessSights(data, schedule, epochs, share, histories) {
    const periods = schedule.order === 'random' ? epochs.map((epoch) => [epoch]) : [epochs];
    return range(schedule.batch_size).flatMap((number) => {
      const walks = periods.map((period) => walk(data, period, number, histories));
      const wholes = walks.map((steps) => steps[steps.length - 1].whole).sort((a, b) => a - b);
      const lane = wholes.join(',');
      return walks.flatMap((steps) =>
        steps
          .filter(({ row }) => row !== EMPTY)
          .map(({ past, row }) => sightOf(data, { ...past, lane }, row, share)),
      );
    });
  }

  /** Contexts where each sequence's rows are shuffled and the state is reset after each sequence. */
  function shuffledSights(data, schedule, orders, histories, limits) {
    const places = new Map(); // which sequences the rows of a lane since the reset come from, and how often that occurs
    for (const order of orders) {
      const epoch = inOrder(schedule, order);
      for (const lane of range(schedule.batch_size)) {
        let blocks = [];
        epoch.rows.forEach((rows, step) => {
          blocks = [...blocks, data.sequence[rows[lane]]];
          const place = setDefault(places, blocks.join(), () => ({ blocks, number: 0 }));
          place.number += 1;
          if (epoch.resetAfter[step]) blocks = [];
        });
      }
    }
    let [budget, room] = [limits.histories, limits.sights];
    for (const { blocks } of places.values()) {
      budget -= numberOfDraws(data, schedule, blocks);
      room -= numberOfDraws(data, schedule, blocks.slice(0, -1)) * schedule.lengths[blocks[blocks.length - 1]];
      if (budget < 0 || room < 0) throw new TooLarge('too many histories of shuffled rows');
    }
    const found = [];
    const join = (from, windows) => windows.reduce((h, window) => histories.after(h, window), from);
    for (const { blocks, number } of places.values()) {
      const began = blocks.indexOf(blocks[blocks.length - 1]);
      for (const { history, rows: last } of draws(data, schedule, blocks)) {
        const before = join(0, history.slice(0, began));
        const own = history.slice(began);
        const past = { lane: '', seen: join(before, own), before, own: join(0, own), place: history.length };
        for (const { row, n, d } of last) {
          found.push(sightOf(data, past, row, fraction(n * BigInt(number), d * BigInt(orders.length))));
        }
      }
    }
    return found;
  }

  /** The rows of a sequence, counted by window. */
  function poolOf(data, schedule, sequence) {
    const pool = new Map();
    for (const row of schedule.parts[sequence]) {
      pool.set(data.windows[row], (pool.get(data.windows[row]) || 0) + 1);
    }
    return pool;
  }

  /** Count the different ordered draws: in each sequence, those of some length from its windows without putting back. */
  function numberOfDraws(data, schedule, blocks) {
    let product = 1;
    for (const sequence of new Set(blocks)) {
      const length = blocks.filter((s) => s === sequence).length;
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

  /** Draw rows without putting back, one of each of `blocks` in turn: windows before, and last rows with chances n/d. */
  function* draws(data, schedule, blocks) {
    const pools = new Map([...new Set(blocks)].map((s) => [s, poolOf(data, schedule, s)]));
    const final = blocks[blocks.length - 1];
    const alike = poolOf(data, schedule, final);
    const history = [];
    function* draw(place, n, d) {
      const pool = pools.get(blocks[place]);
      const size = BigInt(sum([...pool.values()]));
      if (place === blocks.length - 1) {
        const possible = schedule.parts[final].filter((row) => pool.get(data.windows[row]));
        const rows = possible.map((row) => ({
          row,
          n: n * BigInt(pool.get(data.windows[row])),
          d: d * size * BigInt(alike.get(data.windows[row])),
        }));
        yield { history: [...history], rows };
        return;
      }
      for (const window of pool.keys()) {
        const left = pool.get(window);
        if (left) {
          pool.set(window, left - 1);
          history.push(window);
          yield* draw(place + 1, n * BigInt(left), d * size);
          history.pop();
          pool.set(window, left);
        }
      }
    }
    yield* draw(0, 1n, 1n);
  }

  /** Sights of a network that is told the sequence: no network does better where rows of a sequence are shuffled. */
  const boundingSights = (data) =>
    data.inputs.map((_, row) => sightOf(data, { ...NOTHING_SEEN, seen: data.sequence[row] }, row, ONE));

  // ---- Ceilings. ----

  /** Group by context: the weight of each target, in whole numbers of a share that divides all weights. */
  function byContext(seen, view) {
    const share = [...new Set(seen.map((sight) => sight.weight.d))].reduce((a, b) => (a / divisor(a, b)) * b, 1n);
    const groups = new Map();
    const units = new Map();
    for (const sight of seen) {
      const counts = setDefault(groups, view(sight), () => new Map());
      const weight = setDefault(units, sight.weight, () => sight.weight.n * (share / sight.weight.d));
      counts.set(sight.target, (counts.get(sight.target) || 0n) + weight);
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
    const groups = byContext(seen, (sight) => sight.context);
    const all = Number(total(groups.map(total)));
    const entropy = (p) => (p === 0 || p === 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log(1 - p));
    return sum(
      groups.map((counts) => {
        const weight = Number(total(counts));
        return ((weight / all) * sum(counts.map((count) => entropy(Number(count) / weight)))) / features;
      }),
    );
  }

  // ---- Reach: how far back the input lies that decides, a property of the sequences alone. ----

  /** Number each row's window of its input and some inputs before it, nearest first; equal numbers, equal windows. */
  function pastsOf(data) {
    const rank = (values) => {
      const places = new Map([...new Set(values)].sort((a, b) => a - b).map((value, k) => [value, k]));
      return values.map((value) => places.get(value));
    };
    const pasts = [rank(data.own)];
    for (let back = 1; back <= Math.max(...data.position); back += 1) {
      const nearer = pasts[back - 1];
      const earlier = (row) => (data.position[row] >= back ? data.own[row - back] + 1 : 0);
      pasts.push(rank(nearer.map((number, row) => number * (data.symbols.length + 1) + earlier(row))));
    }
    return pasts;
  }

  function findReach(data) {
    const pasts = pastsOf(data);
    const right = (numbers) => {
      const groups = new Map();
      numbers.forEach((number, row) => {
        const counts = setDefault(groups, number, () => new Map());
        counts.set(data.targets[row], (counts.get(data.targets[row]) || 0) + 1);
      });
      return sum([...groups.values()].map((counts) => Math.max(...counts.values())));
    };
    const best = right(pasts[pasts.length - 1]);
    const steps = pasts.findIndex((numbers) => right(numbers) === best);
    const ambiguous = data.ambiguous.filter(Boolean).length;
    const wrong = data.targets.length - best;
    const share = ambiguous ? fraction(BigInt(ambiguous - wrong), BigInt(ambiguous)) : ONE;
    if (steps === 0) return { best: share, steps: wrong === 0 ? 0 : null, example: [], once: 0 };
    const rows = new Map();
    pasts[steps].forEach((number) => rows.set(number, (rows.get(number) || 0) + 1));
    const once = pasts[steps].filter((number, row) => data.ambiguous[row] && rows.get(number) === 1).length;
    return { best: share, steps, example: exampleOf(data, pasts[steps - 1], pasts[steps]), once };
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

  // ---- Arrivals: how an earlier input of its sequence reaches a row, whatever is said about the two. ----

  /** Make a function of a row and steps back that tells how the input so far back reaches the row. */
  function arrivalsOf(data, schedule, limits) {
    const firstLanes = firstLanesOf(schedule, limits);
    return (row, steps) => {
      const none = { row, source: row - steps, steps, lane: null, sourceLane: null, resetBetween: false };
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
    const found = schedule.lengths.map(() => new Set());
    for (const order of presentedOrders(schedule, limits)) {
      let start = 0;
      for (const sequence of order) {
        found[sequence].add(start % schedule.batch_size);
        start += schedule.lengths[sequence];
      }
    }
    return found.map((lanes) => [...lanes]);
  }

  function consecutiveWay(data, schedule, row, steps, firstLanes) {
    const { batch_size: size, reset } = schedule;
    const known =
      firstLanes.length === 1
        ? {
            lane: (firstLanes[0] + data.position[row]) % size,
            sourceLane: (firstLanes[0] + data.position[row - steps]) % size,
          }
        : {};
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
  const reachingAmbiguous = ({ data, arrival }, steps) =>
    range(data.targets.length)
      .filter((row) => data.ambiguous[row] && data.position[row] >= steps)
      .map((row) => arrival(row, steps));

  /** The input of one row that shows the verdict best; null if nothing is lacking. */
  function causeOf(e) {
    const { kind, reach, deciding } = e;
    if (![RULED_OUT, NO_GRADIENT_ACROSS_ROWS].includes(kind) || !reach.steps) return null;
    const group = (e.confusions.find((c) => c.rows.some((row) => reach.example.includes(row))) || { rows: [] }).rows;
    const rows = [...reach.example.filter((row) => group.includes(row)), ...reach.example];
    const shown = rows.map((row) => deciding.find((each) => each.row === row)).filter(Boolean);
    if (kind === NO_GRADIENT_ACROSS_ROWS) return shown[0];
    const steps = range(reach.steps - 1, 1).reverse();
    const nearer = steps.flatMap((back) => shown.map(({ row }) => e.arrival(row, back)));
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
    const histories = new Histories();
    let seen;
    let bound = false;
    if (schedule.layout === 'shuffled' && schedule.stateful) presentedOrders(schedule, limits);
    try {
      seen = sights(data, schedule, histories, limits);
    } catch (error) {
      if (!(error instanceof TooLarge) || schedule.layout !== 'shuffled') throw error;
      [seen, bound] = [boundingSights(data), true];
    }
    const e = { sequences, settings, data, schedule, bound, ...ceilingsOf(seen, data, settings, bound) };
    e.reach = findReach(data);
    e.gradientReaches = e.reach.steps !== null && e.reach.steps < settings.timesteps;
    e.kind = kindOf(e);
    e.arrival = arrivalsOf(data, schedule, limits);
    e.deciding = e.reach.steps ? reachingAmbiguous(e, e.reach.steps) : [];
    e.slots = wanted ? slotsOf(data, schedule) : [];
    e.confusions = wanted && !bound ? confusionsOf(seen, data, histories) : [];
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
        rows > limits.rows ? [`${grouped(rows)} rows`, limits.rows] : [`timesteps ${settings.timesteps}`, limits.timesteps];
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
    const hard = seen.filter((sight) => sight.ambiguous);
    const whole = (sight) => sight.context;
    const blind = () => '';
    const window = bestAccuracy(hard, (sight) => sight.window);
    const ceiling = bestAccuracy(hard, whole);
    const withPast = (view) => bestAccuracy(hard, (sight) => `${view(sight.past)}/${sight.window}`);
    return {
      ceiling,
      overall: bestAccuracy(seen, whole),
      chance: bestAccuracy(hard, blind),
      chanceOverall: bestAccuracy(seen, blind),
      lossFloor: lowestLoss(seen, data.symbols.length),
      own: bound || !settings.stateful ? window : withPast((past) => past.own),
      leaks: bound ? [] : leaksOf(window, ceiling, withPast),
    };
  }

  /** Find what gives targets away without any input of the row's own sequence but its window. */
  function leaksOf(window, ceiling, withPast) {
    const leaks = [];
    const place = withPast((past) => past.place);
    if (compare(place, window) > 0) leaks.push({ kind: 'position', without: window, withIt: place });
    let others = withPast((past) => `${past.lane}/${past.before}`);
    if (compare(others, ceiling) > 0) others = ceiling; // a network does not know where its row's sequence began
    if (compare(others, window) > 0) leaks.push({ kind: 'order', without: window, withIt: others });
    return leaks;
  }

  function kindOf(e) {
    if (compare(e.own, e.reach.best) < 0) return RULED_OUT;
    if (compare(e.reach.best, ONE) < 0) return CONFLICT;
    return e.gradientReaches ? SOLVABLE : NO_GRADIENT_ACROSS_ROWS;
  }

  const symbolsOf = (columns, data) => columns.map((column) => (column === PADDING ? null : data.symbols[column]));

  /** List what stands in each lane of each batch, and what it has seen. */
  function slotsOf(data, schedule) {
    const chance = generator(1);
    const found = [];
    let lanes = range(schedule.batch_size).map(() => []);
    for (const number of range(schedule.period)) {
      const epoch = shownEpoch(schedule, number, chance);
      epoch.rows.forEach((rows, batch) => {
        rows.forEach((row, lane) => {
          const fed = row === EMPTY ? range(data.timesteps).fill(PADDING) : data.inputs[row];
          lanes[lane] = [...(schedule.stateful ? lanes[lane] : []), ...symbolsOf(fed, data)];
          found.push({
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
    return found;
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
  function confusionsOf(seen, data, histories) {
    const groups = new Map();
    for (const sight of seen) setDefault(groups, sight.context, () => new Map()).set(sight.row, sight);
    const alike = new Map();
    for (const group of groups.values()) {
      const members = [...group.values()];
      if (new Set(members.map((sight) => sight.target)).size > 1) {
        const rows = [...group.keys()].sort((a, b) => a - b);
        setDefault(alike, rows.join(','), () => ({ rows, contexts: 0, first: members[0] })).contexts += 1;
      }
    }
    return [...alike.values()]
      .sort((a, b) => compareLists(a.rows, b.rows))
      .map(({ rows, contexts, first }) => {
        const before = histories.read(first.past.seen, Math.floor(MOST_INPUTS / data.timesteps));
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
        'the lanes show the first pass; the ceilings hold in the long run, when a state has been carried for many',
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
    const found = [];
    for (const [kind, settings] of candidates(e)) {
      try {
        const result = explain(e.sequences, settings, limits, false);
        if (compare(result.own, e.reach.best) >= 0) found.push({ kind, result, before: e.settings });
      } catch (error) {
        if (!(error instanceof CannotAnswer)) throw error; // the rows do not fit these settings, or are too many
      }
    }
    return found.sort((a, b) => Number(b.result.gradientReaches) - Number(a.result.gradientReaches));
  }

  function candidates(e) {
    const { settings, kind, reach } = e;
    const found = [];
    const ruledOut = kind === RULED_OUT;
    if (reach.steps !== null && reach.steps >= settings.timesteps && kind !== SOLVABLE) {
      found.push(['window', { ...settings, timesteps: reach.steps + 1 }]);
    }
    if (ruledOut) {
      const size = fittingBatchSize(settings.batch_size, e.sequences.length);
      const lanes = { layout: 'interleaved', reset: 'sequence', batch_size: size, stateful: true };
      found.push(['layout', { ...settings, ...lanes }]);
    }
    if (ruledOut && settings.layout !== 'shuffled' && settings.stateful) {
      for (const reset of RESETS) if (reset !== settings.reset) found.push(['reset', { ...settings, reset }]);
    } else if (e.leaks.length && settings.reset !== 'sequence') {
      found.push(['reset', { ...settings, reset: 'sequence' }]);
    }
    return found;
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

  // ---- Words: the sentences of `study why`. ----

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

  const ELSE =
    "does not reach every ambiguous row, but what else the lane has seen of the row's sequence does as well";

  function verdictSentence(e) {
    const { kind, own, ceiling, bound, reach, settings } = e;
    if (kind === RULED_OUT) {
      const leaky = compare(ceiling, own) > 0 && !bound;
      const figure = leaky
        ? `ceiling ${share(own)} by memory`
        : `ceiling ${bound ? 'at most ' : ''}${share(ceiling)}`;
      const where = settings.stateful ? RULED_OUT : 'ruled out by the window';
      const why = unseen(e);
      if (leaky) {
        const beyond = `counting inputs or sequences (a leak) can reach ${share(ceiling)}`;
        return `${where} (${figure}): ${why}; ${beyond}, and is wrong in another order`;
      }
      return `${where} (${figure}): ${why}, so no learning rate or number of epochs helps`;
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
      const beyond = e.deciding.every(always) ? '' : `; it ${ELSE}`;
      return (
        `${NO_GRADIENT_ACROSS_ROWS} (ceiling 1; the input that decides is ${stepsBack(reach.steps)}, the gradient ` +
        `passes through ${plural(settings.timesteps, 'input')}${beyond})`
      );
    }
    if (!reach.steps) {
      return `${SOLVABLE} (ceiling 1): no input is followed by two different symbols, so no memory is needed`;
    }
    const needed = `the input ${stepsBack(reach.steps)} that decides`;
    return `${SOLVABLE} (ceiling 1): ${needed} stands in the row's own window, and the gradient passes through it`;
  }

  /** Say which of the inputs that decide an ambiguous row may lack. */
  function unseen({ deciding, reach }) {
    if (deciding.every(always)) {
      return (
        `an ambiguous row sees the input ${stepsBack(reach.steps)}, but not always all inputs between it and the ` +
        "row's own, and they decide together"
      );
    }
    return `an ambiguous row does not always see the input ${stepsBack(reach.steps)} that decides`;
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
    const found = new Set(); // what stands there before the rows that agree in all nearer inputs
    data.position.forEach((position, row) => {
      if (position < reach.steps - 1) return;
      for (let step = 0; step < reach.steps; step += 1) {
        if (data.own[row - step] !== data.own[example - step]) return;
      }
      found.add(position >= reach.steps ? symbolText(data.symbols[data.own[row - reach.steps]]) : "the sequence's start");
    });
    const names = [...found];
    if (names.length > MOST_DECIDING) {
      const more = (names.length - MOST_DECIDING).toLocaleString('en-US');
      return ` (${names.slice(0, MOST_DECIDING).join(', ')} or one of ${more} more)`;
    }
    return ` (${names.slice(0, -1).join(', ')} or ${names[names.length - 1]})`;
  }

  /** Say for one row where the input that decides went; empty if nothing is lacking. */
  function causeSentence(e) {
    const found = causeOf(e);
    if (found === null) return '';
    const { row, source } = found;
    const confused = e.bound || e.confusions.some((c) => c.rows.includes(row));
    const verb = always(found) || (found.steps === e.reach.steps && confused) ? 'needs' : 'lacks';
    const instead =
      compare(e.own, ONE) === 0 && !always(found) ? '; what else its lane has seen of its sequence does as well' : '';
    const symbol = symbolText(e.data.symbols[e.data.own[source]]);
    return `row ${row} ${verb} the ${symbol} of row ${source}${obstacleOf(found, e.settings)}${instead}`;
  }

  function obstacleOf({ way, lane, resetBetween, sourceLane }, { stateful, layout }) {
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
        ? ', but rows are shuffled: whether its lane was fed it before is left to chance'
        : ', but since the reset its lane was fed no other row of its sequence';
    }
    if (lane === null) return ', which went through another lane, and state stays in its lane';
    return `, which went through lane ${sourceLane}; lane ${lane} never hears of it, as state stays in its lane`;
  }

  function leakSentence(leak, settings) {
    const gain = `raises the ceiling from ${share(leak.without)} to ${share(leak.withIt)}`;
    if (leak.kind === 'position') {
      return `position: counting the inputs since the reset, without knowing one of them, ${gain}`;
    }
    if (settings.order === 'random') {
      return `order: by elimination (a sequence already shown in this epoch does not come again) ${gain}`;
    }
    if (settings.reset === 'never') {
      return `order: what the lane was fed before the sequence began, in this epoch or the ones before, ${gain}`;
    }
    return `order: what the lane was fed before the sequence began ${gain}`;
  }

  function repairSentence({ kind, result, before }) {
    const { settings } = result;
    const ceiling = `ceiling ${share(result.ceiling)}`;
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
          ? `one sequence per lane${dealt(result)}: row k of lane s at place s + k·B, B = ${settings.batch_size}, ` +
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

  function caveat({ gradientReaches, reach, deciding }) {
    if (gradientReaches || !reach.steps) return '';
    const leftOpen = deciding.every(always)
      ? 'so keeping the symbol depends on optimiser, width and lag'
      : `and the input ${stepsBack(reach.steps)} that decides ${ELSE}`;
    return `; no gradient crosses rows, ${leftOpen}; timesteps ${reach.steps + 1} lets one reach it`;
  }

  // ---- All of it. ----

  /** Read a whole number as it was typed. */
  function wholeNumber(name, text, meaning) {
    if (!/^\s*-?\d{1,9}\s*$/.test(`${text}`)) {
      throw new CannotAnswer(`${name} is '${text}'; it must be a whole number, 1 or more: ${meaning}`);
    }
    return Number(text);
  }

  /**
   * Answer for what a reader chose; names as in the data of `study why --json`.
   *
   * `chosen` holds the text of the sequences and any of the settings; what is left out is as in DEFAULTS.
   * Throws CannotAnswer, with one line that says what to do.
   */
  function answer(chosen, limits = LIMITS) {
    const settings = { ...DEFAULTS };
    for (const name of Object.keys(DEFAULTS)) if (name in chosen) settings[name] = chosen[name];
    settings.batch_size = wholeNumber('batch size', settings.batch_size, 'the number of rows in one weight update');
    settings.timesteps = wholeNumber('timesteps', settings.timesteps, 'the number of inputs in one row');
    const e = explain(parseSequences(chosen.sequences), settings, limits);
    const repairs = findRepairs(e, limits);
    return {
      settings,
      rows: e.data.targets.length,
      sequences: e.sequences.length,
      alphabet: e.data.symbols,
      ambiguous_rows: range(e.data.targets.length).filter((row) => e.data.ambiguous[row]),
      ...ceilingFields(e),
      ceilings_are_upper_bounds: e.bound,
      drawn: e.schedule.draws,
      lanes: e.slots.map(({ context, left_out, ...slot }) => ({
        ...slot, visible_context: context, inputs_left_out: left_out,
      })),
      indistinguishable: e.confusions.map(({ context, ...group }) => ({ ...group, visible_context: context })),
      gradient_reach: settings.timesteps,
      needed_reach: e.reach.steps,
      needed: neededSentence(e),
      deciding_input: decidingInput(e),
      gradient_reaches: e.gradientReaches,
      dead_weights: e.dead ? ['recurrent kernel, all gates', 'forget gate: kernel', 'forget gate: bias'] : [],
      leaks: e.leaks.map((leak) => ({
        kind: leak.kind, without: leak.without, with: leak.withIt, words: leakSentence(leak, settings),
      })),
      cause: causeSentence(e),
      cause_facts: causeFacts(e),
      verdict: verdictSentence(e),
      verdict_kind: e.kind,
      repairs: repairs.map(repairFields),
      options: options(settings),
      notes: e.notes,
    };
  }

  const ceilingFields = (e) => ({
    ceiling: e.ceiling,
    ceiling_all: e.overall,
    ceiling_own: e.own,
    ceiling_data: e.reach.best,
    chance: e.chance,
    chance_all: e.chanceOverall,
    loss_floor: e.lossFloor,
  });

  /** How the farthest needed input reaches the ambiguous rows; what verdict and caveat rest on. */
  function decidingInput({ reach, deciding }) {
    if (!reach.steps) return null;
    const ways = {};
    for (const { way, row } of deciding) (ways[way] = ways[way] || []).push(row);
    return { steps_back: reach.steps, arrives_by: ways };
  }

  /** What the sentence of the cause is made from. */
  function causeFacts(e) {
    const found = causeOf(e);
    return found && {
      row: found.row,
      input: e.data.symbols[e.data.own[found.source]],
      input_row: found.source,
      steps_back: found.steps,
      arrives_by: found.way,
      lane: found.lane,
      input_lane: found.sourceLane,
      reset_between: found.resetBetween,
    };
  }

  const repairFields = (repair) => ({
    kind: repair.kind,
    settings: repair.result.settings,
    options: options(repair.result.settings),
    ceiling: repair.result.ceiling,
    ceiling_all: repair.result.overall,
    gradient_reach: repair.result.settings.timesteps,
    needed_reach: repair.result.reach.steps,
    deciding_input: decidingInput(repair.result),
    gradient_reaches: repair.result.gradientReaches,
    row_order: rowOrder(repair.result),
    words: repairSentence(repair),
  });

  return {
    answer, parseSequences, symbolText, plural, asText, share, asNumber, CannotAnswer, TooLarge, DEFAULTS, LIMITS,
    LAYOUTS, RESETS, ORDERS, RULED_OUT, NO_GRADIENT_ACROSS_ROWS, SOLVABLE, CONFLICT,
  };
})();

if (typeof module !== 'undefined') module.exports = ExplorerLogic;
