'use strict';
// A kept network that runs in the page: the forward pass of a Keras LSTM under a dense layer, in 64-bit arithmetic.
// Pure functions that know no document; a test holds their answers against those that are stored with the weights.

const KeptNetwork = (() => {
  /** Read 32-bit numbers, little end first, from base 64. */
  function numbersOf(data) {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    return Float64Array.from({ length: bytes.length / 4 }, (_, k) => view.getFloat32(4 * k, true));
  }

  /** Read a network as it is stored. */
  function read(stored) {
    const weights = {};
    for (const [name, { data }] of Object.entries(stored.weights)) weights[name] = numbersOf(data);
    return { ...stored, weights, units: stored.weights.recurrent_kernel.shape[0] };
  }

  const logistic = (x) => 1 / (1 + Math.exp(-x));

  /** Add a vector times a matrix (rows after one another, `width` wide) to sums. */
  function addProduct(sums, vector, matrix, width) {
    vector.forEach((value, row) => {
      if (value !== 0) for (let k = 0; k < width; k += 1) sums[k] += value * matrix[row * width + k];
    });
  }

  const fresh = ({ units }) => ({ h: new Float64Array(units), c: new Float64Array(units) });

  /** Go one step: `input` is a vector, and gates stand in the order input, forget, candidate, output. */
  function step({ weights, units }, { h, c }, input) {
    const sums = Float64Array.from(weights.bias);
    addProduct(sums, input, weights.kernel, 4 * units);
    addProduct(sums, h, weights.recurrent_kernel, 4 * units);
    const next = { h: new Float64Array(units), c: new Float64Array(units) };
    for (let k = 0; k < units; k += 1) {
      const gate = (place) => sums[place * units + k];
      next.c[k] = logistic(gate(1)) * c[k] + logistic(gate(0)) * Math.tanh(gate(2));
      next.h[k] = logistic(gate(3)) * Math.tanh(next.c[k]);
    }
    return next;
  }

  /** Give the probability of each symbol. */
  function outputs({ weights, softmax }, { h }) {
    const sums = Float64Array.from(weights.dense_bias);
    addProduct(sums, h, weights.dense_kernel, sums.length);
    if (!softmax) return sums.map(logistic);
    const most = Math.max(...sums);
    const powers = sums.map((value) => Math.exp(value - most));
    const total = powers.reduce((sum, value) => sum + value);
    return powers.map((value) => value / total);
  }

  /** Write a symbol as a vector; null is a vector of zeros. */
  const vectorOf = ({ symbols }, symbol) => symbols.map((each) => (`${each}` === symbol ? 1 : 0));

  /**
   * Run a network on sequences, lane by lane as it was trained.
   *
   * `told` is what ExplorerLogic answers for the sequences in the network's layout. Gives its slots, batch after batch,
   * each with the window that was fed, the state after it and the probabilities.
   */
  function run(network, told) {
    const lanes = new Map();
    return told.lanes.map((slot) => {
      const window = slot.visible_context.slice(-network.timesteps);
      let state = (network.stateful && lanes.get(slot.lane)) || fresh(network);
      for (const symbol of window) state = step(network, state, vectorOf(network, symbol));
      lanes.set(slot.lane, slot.reset_after ? undefined : state);
      return { ...slot, window, h: [...state.h], probabilities: [...outputs(network, state)] };
    });
  }

  /** Give the settings that ExplorerLogic is asked with. */
  const settingsOf = ({ batch_size, timesteps, layout, stateful }) => ({ batch_size, timesteps, layout, stateful });

  return { read, run, settingsOf };
})();
