"""The house style of charts: one table of Matplotlib's settings, whatever the machine has in its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import matplotlib
from cycler import cycler

from server.worker.lettering import FAMILIES, bring_font

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

# Okabe and Ito (2008): told apart by people who are colour-blind too.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#F0E442", "#4D4D4D")
INK, FAINT = "#24292F", "#DDE1E6"

STYLE: "dict[RcKeyType, Any]" = {
    "font.family": FAMILIES,
    "font.size": 10.0,
    "text.color": INK,
    "text.parse_math": False,  # a name may hold $ signs
    "axes.titlesize": 12.0,
    "axes.titlepad": 10.0,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.prop_cycle": cycler(color=COLOURS),
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "patch.facecolor": COLOURS[0],
    "image.cmap": "viridis",
    "legend.frameon": False,
    "figure.figsize": (8.0, 5.0),  # inches
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.h_pad": 0.1,  # inches
    "figure.constrained_layout.w_pad": 0.1,
    "svg.fonttype": "path",  # whoever looks at it needs no font
    "svg.hashsalt": "guanxi",  # the same picture in the same bytes
}


@contextmanager
def house_style() -> Iterator[None]:
    bring_font()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        yield
