'use strict';
// What `study why` answers, as data.
// Pure functions that know no document; a test holds them against the Python on thousands of random cases.

const ExplorerLogic = (() => {
  const { CannotAnswer, TooLarge, asText, share, asNumber, range } = ExplorerNumbers;
  const { LAYOUTS, RESETS, ORDERS, DEFAULTS, parseSequences } = ExplorerRows;
  const {
    RULED_OUT, NO_GRADIENT_ACROSS_ROWS, SOLVABLE, CONFLICT, LIMITS, causeOf, differsInUse, explain, findRepairs,
    memoryCeiling, rowOrder,
  } = ExplorerExplanation;
  const {
    plural, symbolText, options, verdictSentence, neededSentence, causeSentence, leakSentence,
    repairSentence, useSentence, needsLeak, unsaidSentence,
  } = ExplorerWords;
  const { NOTHING, told, withoutOdds } = ExplorerOdds;

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
   * `chosen` holds the text of the sequences and any of the settings; what is left out is as in DEFAULTS. `known` is
   * what was measured, as ExplorerOdds reads it.
   * Throws CannotAnswer, with one line that says what to do.
   */
  function answer(chosen, limits = LIMITS, known = NOTHING) {
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
      in_use: differsInUse(e) ? useSentence(e) : '',
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
      verdict: unsaidSentence(e) || verdictSentence(e),
      verdict_kind: e.kind,
      odds: told(e, known),
      without_odds: withoutOdds(e),
      repairs: repairs.map((repair) => ({
        ...repairFields(repair), odds: told(repair.result, known), without_odds: withoutOdds(repair.result),
      })),
      options: options(settings),
      notes: e.notes,
    };
  }

  const ceilingFields = (e) => ({
    ceiling: e.ceiling,
    ceiling_all: e.overall,
    ceiling_own: e.ownSequenceCeiling,
    ceiling_data: e.reach.best,
    ceiling_in_use: e.settings.stateful ? e.reach.best : memoryCeiling(e),
    differs_in_use: differsInUse(e),
    needs_leak: needsLeak(e),
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
    const route = causeOf(e);
    return route && {
      row: route.row,
      input: e.data.symbols[e.data.lastInputs[route.inputRow]],
      input_row: route.inputRow,
      steps_back: route.steps,
      arrives_by: route.way,
      lane: route.lane,
      input_lane: route.inputLanes.length ? route.inputLanes[0] : null,
      reset_between: route.resetBetween,
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
    answer, parseSequences, symbolText, plural, asText, share, asNumber, CannotAnswer, TooLarge, DEFAULTS,
    LIMITS, LAYOUTS, RESETS, ORDERS, RULED_OUT, NO_GRADIENT_ACROSS_ROWS, SOLVABLE, CONFLICT,
  };
})();
