"""A table of times that nobody measured."""

from __future__ import annotations

from dataclasses import asdict

from study.bench.table import Check, Timing

FOUND = {
    "machine": {"processor": "Some processor", "torch": "2"},
    "timings": [
        asdict(Timing("plain nn.LSTM loop", 1, 1, 1, 80, 0.5, 0.4)),
        asdict(Timing("engine", 1, 1, 64, 8, 0.0025, 0.002, (0.002, 0.0025, 0.004))),
        asdict(Timing("Adam alone", 1, 1, 64, 8, 0.001, 0.0005)),
        asdict(Timing("plain nn.LSTM loop", 100, 8, 1, 2, 1.5, 1.0)),
        asdict(Timing("engine", 100, 8, 16, 2, 0.75, 0.5)),
    ],
    "whole": [asdict(Check("1,000 seeds", 5.25, "s", "aim: under 10 s"))],
}
