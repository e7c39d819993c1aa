'use strict';
// Sequences become rows, and rows become batches, lanes and resets.

const ExplorerRows = (() => {
  const { CannotAnswer, TooLarge, grouped, range, sum, factorial } = ExplorerNumbers;

  const LAYOUTS = ['consecutive', 'interleaved', 'shuffled'];
  const RESETS = ['sequence', 'epoch', 'never'];
  const ORDERS = ['fixed', 'alternating', 'random'];
  const DEFAULTS = {
    batch_size: 1, timesteps: 1, layout: 'consecutive', reset: 'sequence', order: 'fixed', stateful: true,
  };
  const OPTIONS = {
    batch_size: '--batch-size', timesteps: '--timesteps', layout: '--layout', reset: '--reset', order: '--order',
  };
  const EMPTY = -1; // a slot without a row
  const PADDING = -1; // an input slot before the start of a sequence

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
      return bare(part, symbols);
    });
  }

  const QUOTES = ["'", '"'];
  const PAIRS = ['[]', '()', ...QUOTES.map((quote) => quote + quote)]; // what a sequence may stand in
  const isWhole = (symbol) => /^(0|-?[1-9]\d*)$/.test(symbol);

  /** Take off the brackets or quotes around a sequence, and the quotes around each symbol; refuse what is left. */
  function bare(part, given) {
    let symbols = given;
    for (const [first, last] of PAIRS) {
      const joined = symbols.join('\n');
      const inside = joined.slice(1, -1);
      const long = symbols[0].length > 1 && symbols[symbols.length - 1].length > 1;
      const around = long && joined.startsWith(first) && joined.endsWith(last);
      if (around && !inside.includes(first) && !inside.includes(last)) symbols = inside.split('\n');
    }
    for (const quote of QUOTES) {
      if (symbols.every((symbol) => symbol.length > 2 && symbol.startsWith(quote) && symbol.endsWith(quote))) {
        symbols = symbols.map((symbol) => symbol.slice(1, -1));
      }
    }
    const left = symbols.find((symbol) => !isWhole(symbol) && isWhole(symbol.replace(/^[[\]()'"]+|[[\]()'"]+$/g, '')));
    if (left !== undefined) {
      throw new CannotAnswer(
        `sequence ${quoted(part)} has the symbol ${quoted(left)}, a number with a bracket or quote; write sequences ` +
          'without either, one space between two, as in 3,0,1,2,3 4,0,1,2,4',
      );
    }
    return symbols;
  }

  /** Write a text in quotes as Python does. */
  const quoted = (text) =>
    text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text.replaceAll("'", "\\'")}'`;

  /** List the symbols: by value if all are whole numbers, else by code points. */
  function alphabetOf(sequences) {
    const symbols = [...new Set(sequences.flat())];
    if (symbols.every(isWhole)) {
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
    data.lastInputs = data.inputs.map((window) => window[timesteps - 1]);
    data.ambiguous = data.lastInputs.map((code) => followers[code].size > 1);
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

  return {
    LAYOUTS, RESETS, ORDERS, DEFAULTS, OPTIONS, EMPTY, PADDING, parseSequences, encode, makeSchedule, arrange,
    inOrder, naturalOrder, presentedOrders,
  };
})();
