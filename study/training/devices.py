"""Where networks are trained: on the processor, or on a GPU that PyTorch can use."""

from __future__ import annotations

import torch

from study.errors import StudyError, unknown_name

DEVICES = ("cpu", "cuda")


def check_device(name: str) -> None:
    """Raise a StudyError unless a device is known and there.

    Examples
    --------
    >>> check_device("cpu")
    """
    if name not in DEVICES:
        raise unknown_name("device", name, DEVICES)
    if name == "cuda" and not torch.cuda.is_available():
        raise StudyError("device is cuda, and PyTorch can use no GPU here; use cpu, or install PyTorch for your GPU")
