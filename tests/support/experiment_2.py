"""Experiment 2 of Hochreiter and Schmidhuber (1997) once more: plain NumPy, written from the paper, slow and short.

It shares nothing with the study but the sequences and the initial weights it is given; a test compares the weights that
come out. Every derivative is carried forward in time in full vectors, one per weight. Sequences are lists of columns.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np


def logistic(z):
    return 1 / (1 + np.exp(-z))


def one_hot(column, size):
    return (np.arange(size) == column).astype(float)


def downhill(outputs, targets, loss):
    """Minus the derivative of the loss by what goes into the outputs."""
    error = targets - outputs
    if loss == "summed_cross_entropy":
        return error
    return {"squared_error": 1, "whole_squared_error": 2}[loss] * error * outputs * (1 - outputs)


class OneUnit:
    """Tasks 2a and 2b: one hidden unit, of which a subclass says how it steps; outputs see the inputs and the unit.

    `weights` are ``direct`` (inputs, outputs), ``out`` (outputs,) and those of the unit, each by its name.
    """

    def __init__(self, weights, rate, *, update="step", sees="same_step", errors="every_step", loss="squared_error"):
        self.weights = {name: np.array(values, dtype=float) for name, values in weights.items()}
        self.rate, self.update, self.sees, self.errors, self.loss = rate, update, sees, errors, loss
        self.size, self.waiting = len(self.weights["out"]), None

    def train(self, sequences, joins_after=0, window=0, fall=0.0):
        """Train on sequences; the unit joins after so many, or when windows of them stop getting better."""
        losses, waits = [], joins_after > 0 or window > 0
        if waits:
            self.waiting, self.weights["out"] = self.weights["out"], np.zeros(self.size)
        for number, sequence in enumerate(sequences, 1):
            losses.append(self.learn(sequence))
            if self.waiting is not None and (number == joins_after or self.stalled(losses, window, fall)):
                self.weights["out"], self.waiting = self.waiting, None
        return self.weights

    def stalled(self, losses, window, fall):
        """Whether the last window of sequences is hardly better than the one before."""
        if not window or len(losses) % window or len(losses) < 2 * window:
            return False
        before, now = np.mean(losses[-2 * window : -window]), np.mean(losses[-window:])
        return before - now < fall * before

    def learn(self, sequence):
        """Learn one sequence; give half its squared error."""
        unit = {name: np.zeros_like(self.weights[name]) for name in self.own}  # derivatives of the unit by each
        value, lost = 0.0, 0.0
        total = {name: np.zeros_like(values) for name, values in self.weights.items()}
        pairs = list(pairwise(sequence))
        for step, (symbol, following) in enumerate(pairs, 1):
            before = value, unit
            value, unit = self.step(one_hot(symbol, self.size), value, unit)
            seen, derivatives = (value, unit) if self.sees == "same_step" else before
            if self.errors == "last_step" and step < len(pairs):
                continue
            outputs = logistic(one_hot(symbol, self.size) @ self.weights["direct"] + self.weights["out"] * seen)
            lost += ((one_hot(following, self.size) - outputs) ** 2).sum() / 2
            down = downhill(outputs, one_hot(following, self.size), self.loss)
            back = down @ self.weights["out"]
            total["direct"] += np.outer(one_hot(symbol, self.size), down)
            if self.waiting is None:
                total["out"] += down * seen
                for name in self.own:
                    total[name] += back * derivatives[name]
            if self.update == "step" or step == len(pairs):
                for name, change in total.items():
                    self.weights[name] = self.weights[name] + self.rate * change
                    change[...] = 0
        return lost


class SelfRecurrent(OneUnit):
    """A logistic unit that sees itself: ``inputs`` (inputs,) and ``recurrent`` (1,)."""

    own = ("inputs", "recurrent")

    def step(self, x, h, unit):
        w, r = (self.weights[name] for name in self.own)
        after = logistic(w @ x + r[0] * h)
        slope = after * (1 - after)
        return after, {
            "inputs": slope * (x + r[0] * unit["inputs"]),
            "recurrent": slope * (h + r[0] * unit["recurrent"]),
        }


class MemoryCell(OneUnit):
    """A memory cell with an input gate: ``gate`` (inputs,) and ``cell`` (inputs,)."""

    own, low, high = ("gate", "cell"), 0.0, 1.0

    def step(self, x, s, unit):
        gate, squashed = logistic(self.weights["gate"] @ x), logistic(self.weights["cell"] @ x)
        g, range_of_g = self.low + (self.high - self.low) * squashed, self.high - self.low
        return s + gate * g, {
            "gate": unit["gate"] + g * gate * (1 - gate) * x,
            "cell": unit["cell"] + gate * range_of_g * squashed * (1 - squashed) * x,
        }


def train_blocks(hidden, out, sequences, rate, *, feedback="all", loss="squared_error"):
    """Task 2c: two cells with both gates, the gradient truncated as in the paper, an update at a sequence's end.

    `hidden` has a row for each input, then one for each hidden unit, and a column for each hidden unit: input gates,
    output gates, cells. `out` is (cells, outputs). Gives both as they are after training.
    """
    hidden, out = np.array(hidden, dtype=float), np.array(out, dtype=float)
    inputs = len(hidden) - 6
    heard = {"all": np.ones(6), "cells": np.array([0, 0, 0, 0, 1, 1]), "none": np.zeros(6)}[feedback]
    for sequence in sequences:
        y, s, by_gate, by_cell = np.zeros(6), np.zeros(2), np.zeros((inputs + 6, 2)), np.zeros((inputs + 6, 2))
        for symbol in sequence[:-1]:
            source = np.concatenate([one_hot(symbol, inputs), heard * y])
            entering, leaving, squashed = np.split(logistic(source @ hidden), 3)
            g = 4 * squashed - 2
            by_gate += np.outer(source, g * entering * (1 - entering))  # of each state, by the weights of its gate
            by_cell += np.outer(source, entering * 4 * squashed * (1 - squashed))  # and by its own
            s = s + entering * g
            h = 2 * logistic(s) - 1
            y = np.concatenate([entering, leaving, leaving * h])
        down = downhill(logistic(y[4:] @ out), one_hot(sequence[-1] - (inputs - 2), 2), loss)
        back = out @ down
        of_state = back * leaving * (1 - h**2) / 2
        of_leaving = np.outer(source, back * h * leaving * (1 - leaving))
        change = np.concatenate([by_gate * of_state, of_leaving, by_cell * of_state], axis=1)
        change[inputs:] *= heard[:, None]  # weights of what is not heard never change
        out, hidden = out + rate * np.outer(y[4:], down), hidden + rate * change
    return hidden, out
