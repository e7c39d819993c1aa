'use strict';
// Exact fractions, and small helpers that the other files of the explorer's logic share.

const ExplorerNumbers = (() => {
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

  return {
    CannotAnswer, TooLarge, divisor, fraction, compare, asText, share, asNumber, ONE, grouped, range, sum,
    factorial, setDefault,
  };
})();
