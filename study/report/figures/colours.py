"""The colours of figures, page and paper: one for each setting, three for verdicts, and neutral ones for the rest.

Each has a value for white paper and one for a dark page. As lines and as text all are legible on both (4.5 to 1 and
more). Settings stay apart for colour-blind readers, and their marks tell them apart in grey.
"""

from __future__ import annotations

from typing import NamedTuple


class Colour(NamedTuple):
    """A colour on white paper and on a dark page, as hexadecimal red, green and blue."""

    light: str
    dark: str


SETTINGS = {
    "tutorial": Colour("#1f4fd0", "#7aa5fa"),  # one row at a time: batch size 1, state carried
    "in_order": Colour("#c94f00", "#f28a45"),  # rows in order at larger batches
    "one_per_lane": Colour("#00806f", "#3fdcc0"),  # one sequence per lane
    "windows": Colour("#93359f", "#d394e2"),  # the whole sequence, or what is needed of it, in one row
    "no_memory": Colour("#3e3e3e", "#969696"),  # nothing but the row's own symbol
}
VERDICTS = {  # for verdicts alone, and never without their words
    "ruled_out": Colour("#c8405c", "#f0829a"),
    "possible": Colour("#17602a", "#5cba70"),
    "no_gradient": Colour("#8f7000", "#e0bc3a"),  # possible, and no gradient reaches the first symbol
}
NEUTRALS = {
    "ink": Colour("#1a1a1a", "#ececec"),  # axes, text, ceilings, the paper's own results
    "muted": Colour("#5f5f5f", "#a8a8a8"),  # remarks, chance, what is only for comparison
    "faint": Colour("#d5d5d5", "#3d3d3d"),  # grids
    "unreachable": Colour("#eeeeee", "#2c2c2c"),  # an area that no network can reach
    "page": Colour("#ffffff", "#161616"),  # behind everything; also inside open marks
}
SERIES = {  # what is neither a setting nor a verdict: optimisers, layers, recipes, widths; in this order
    "series_1": Colour("#222222", "#e8e8e8"),
    "series_2": Colour("#8a5a2b", "#d6a06a"),
    "series_3": Colour("#4f7391", "#8fb6d6"),
    "series_4": Colour("#6b7a12", "#b9c94f"),
    "series_5": Colour("#767676", "#878787"),
    "series_6": Colour("#4b2e83", "#a894e0"),
}
ALL = {**SETTINGS, **VERDICTS, **NEUTRALS, **SERIES}

TUTORIAL, IN_ORDER, ONE_PER_LANE, WINDOWS, NO_MEMORY = (colour.light for colour in SETTINGS.values())
RULED_OUT, POSSIBLE, NO_GRADIENT = (colour.light for colour in VERDICTS.values())
INK, MUTED, FAINT, UNREACHABLE, PAGE = (colour.light for colour in NEUTRALS.values())
LINES = tuple(colour.light for colour in SERIES.values())
MARK_OF = dict(zip((TUTORIAL, IN_ORDER, ONE_PER_LANE, WINDOWS, NO_MEMORY), "oXsD^", strict=True))


def property_of(name: str) -> str:
    """Name the CSS property of a colour.

    Examples
    --------
    >>> property_of("one_per_lane")
    '--one-per-lane'
    """
    return f"--{name.replace('_', '-')}"


def as_css() -> str:
    """Write all colours as properties of a page, with their values in the dark."""

    def listed(values: dict[str, str]) -> str:
        return " ".join(f"{property_of(name)}: {value};" for name, value in values.items())

    light, dark = ({name: colour[place] for name, colour in ALL.items()} for place in (0, 1))
    in_the_dark = f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {listed(dark)} }} }}"
    return f":root {{ {listed(light)} }}\n{in_the_dark}\n"


def as_facts() -> dict[str, str]:
    """Give the colours of the paper by name, for Typst."""
    return {name: colour.light for name, colour in ALL.items()}
