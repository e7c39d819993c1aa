"""One configuration of the study, and its identity: all that changes the numbers, and nothing else.

A stored result belongs to a configuration and a seed; what is not in the configuration (commit, processor, workers,
block of seeds) must not change it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from typing import Any

from study.presentation import Presentation
from study.wiring import make_wiring

VERSION = 3  # raise by hand when the meaning of the code changes: stored results of other versions are not used


@dataclass(frozen=True, kw_only=True)
class Config(Presentation):
    """A configuration: task, model, how rows reach it, how it is trained, and for how long.

    Attributes
    ----------
    task : str
        Name in `study.sequences.tasks.TASKS`.
    task_options : tuple of (str, value)
        Arguments of the task, by name.
    model : str
        Name in `study.models.MODELS`.
    timesteps : int
        Inputs in one row.
    targets : {'last', 'every'}
        Which steps of a row have a target.
    batch_size, layout, reset, order
        As in `study.presentation.Presentation`.
    epochs : int
        Budget.
    units : int
        Hidden units.
    learning_rate : float
    initialisation : str
        Name in `study.training.initialisers.INITIALISERS`.
    optimiser : str
        Name in `study.training.optimisers.OPTIMISERS`.
    precision : {'float32', 'float64'}
    initialisation_options : tuple of (str, value)
        Arguments of the initialiser, such as ``forget_bias``.
    loss : str
        Name in `study.training.losses.LOSSES`; with ``softmax_cross_entropy`` the outputs are softmax.
    accumulate : int
        Batches to one weight update.
    last_step_weight : float
        Weight in the loss of the last step of each row; the other steps have 1.
    sees_inputs : bool
        Whether the outputs see the inputs directly, beside the hidden state.
    engine : {'kernel', 'torch'}
        The kernel is the faster one; they differ in the last bits. What the kernel does not know (`gradient_rows`
        above 1, layers that are a step alone) torch trains either way.
    probe : str
        Name in `study.measures.probes.PROBES` of what is measured beside the scores; empty for the scores alone.
    optimiser_options : tuple of (str, value)
        Arguments of the optimiser, such as ``momentum``.
    frozen : tuple of str
        Weights that training leaves as they are: ``recurrent_layer``, a weight by its name (``recurrent_kernel``), a
        gate (``forget_gate``), or the kernel's row of one symbol (``kernel[3]``).
    stop_gradient : bool
        Whether the gradient is stopped between the steps of a window; the forward pass is the same.
    gradient_rows : int
        Rows that a gradient goes back through, the row's own included; 1 = no gradient crosses rows.
    sequences : int
        Budget in sequences of a task that streams, each drawn fresh; 0 = the task's own sequences, for `epochs`.
    judged_every : int
        Sequences of a stream between two judgements, which is how finely a time to success is known.
    stop : str
        Name in `study.measures.stop_rules.STOP_RULES` of when a seed has learnt a stream and ends; empty for never.
    stop_options : tuple of (str, value)
        Arguments of the stop rule, such as ``count``.
    joins : str
        Name in `study.sequences.joining.JOINS` of when the recurrent layer joins the network, which starts as outputs
        that see the inputs alone; empty if it is there from the start.
    joins_options : tuple of (str, value)
        Arguments of that, such as ``window``.
    wiring : tuple of (str, value)
        Choices of a network of 1997, by name in `study.wiring.NETWORKS`; other models have none.
    device : {'cpu', 'cuda'}
        Where networks are trained: on the processor, or on a GPU, by torch. They differ in the last bits.
    """

    task: str = "two_sequences"
    task_options: tuple[tuple[str, Any], ...] = ()
    model: str = "stateful_lstm"
    timesteps: int = 1
    targets: str = "last"
    epochs: int = 250
    units: int = 20
    learning_rate: float = 1e-3
    initialisation: str = "keras"
    optimiser: str = "adam"
    precision: str = "float32"
    initialisation_options: tuple[tuple[str, Any], ...] = ()
    loss: str = "cross_entropy"
    accumulate: int = 1
    last_step_weight: float = 1.0
    sees_inputs: bool = False
    engine: str = "kernel"
    probe: str = ""
    optimiser_options: tuple[tuple[str, Any], ...] = ()
    frozen: tuple[str, ...] = ()
    stop_gradient: bool = False
    gradient_rows: int = 1
    sequences: int = 0
    judged_every: int = 100
    stop: str = ""
    stop_options: tuple[tuple[str, Any], ...] = ()
    joins: str = ""
    joins_options: tuple[tuple[str, Any], ...] = ()
    wiring: tuple[tuple[str, Any], ...] = ()
    device: str = "cpu"

    def __post_init__(self) -> None:
        super().__post_init__()
        make_wiring(self.model, self.wiring)

    @property
    def streams(self) -> bool:
        """Whether every sequence is drawn fresh, so that there are no epochs."""
        return self.sequences > 0

    @property
    def clock(self) -> str:
        """What training is counted in, which is a column of its results: ``epoch``, or ``sequences`` of a stream."""
        return "sequences" if self.streams else "epoch"

    @property
    def budget(self) -> str:
        """Name of the field that says how long training lasts."""
        return "sequences" if self.streams else "epochs"

    def settings(self) -> dict[str, Any]:
        """All fields by name, as plain data."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def softmax(self) -> bool:
        """Whether the outputs share one probability; otherwise each is logistic by itself."""
        return self.loss == "softmax_cross_entropy"

    @property
    def gradient_reach(self) -> int:
        """Inputs that a row's gradient passes through, its newest included.

        Each row more adds its own inputs; windows with a single target overlap, and add one.
        """
        if self.stop_gradient:
            return 1
        return self.timesteps + (self.gradient_rows - 1) * (self.timesteps if self.targets == "every" else 1)

    @property
    def identity(self) -> str:
        """Short hash of the version and of every field that differs from its default.

        Defaults are left out, so that a field added later keeps the identity of all earlier configurations.
        """
        named = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        text = json.dumps({"version": VERSION, **named}, sort_keys=True, default=list)
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    @property
    def slug(self) -> str:
        """Name of the configuration's folder: readable, and unique by its identity."""
        parts = [self.model, f"t{self.timesteps}", f"b{self.batch_size}", self.layout, f"reset-{self.reset}"]
        if self.order != "fixed":
            parts.append(self.order)
        parts.append(f"s{self.sequences}" if self.streams else f"e{self.epochs}")
        if self.task != "two_sequences":
            parts.insert(0, self.task)
        if self.probe:
            parts.insert(0, self.probe)
        return "_".join([*parts, self.identity])
