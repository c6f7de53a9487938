"""Both models together: fitted to histories, or as they were given, and what they say of each customer."""

from dataclasses import dataclass

import numpy as np

from plugins.value.lifetime import purchasing, spending
from plugins.value.lifetime.expecting import discounted
from plugins.value.lifetime.fitting import Fit, NoFit
from plugins.value.lifetime.histories import WEEK, Histories
from plugins.value.lifetime.purchasing import Purchasing, alive
from plugins.value.lifetime.spending import Spending, expected_spending
from plugins.value.sales import Flags, Floats

LEAST = 10  # customers who came back and paid something


class NoModel(Exception):
    """The data does not bear the models. The text says what there is and what is needed."""


@dataclass(frozen=True)
class Model:
    """`fits`: of the purchases and of the spending; None when the parameters were given."""

    purchases: Purchasing
    spending: Spending
    fits: tuple[Fit, Fit] | None

    @property
    def determined(self) -> bool:
        return self.fits is None or all(fit.determined for fit in self.fits)


@dataclass(frozen=True)
class Outlook:
    """float64[k] for k customers: `alive`, how probable it is that they have not left; `purchases`, on how many days of the horizon they
    are expected to buy; `worth`, the same discounted; `spending`, what they will pay on such a day."""

    alive: Floats
    purchases: Floats
    worth: Floats
    spending: Floats

    @property
    def value(self) -> Floats:
        return self.worth * self.spending


def paying(found: Histories) -> Flags:
    """Whom the gamma-gamma model is fitted to: who came back, and paid something when they did."""
    return found.came_back & (found.spent > 0)


def fit(found: Histories, *, from_first: bool) -> Model:
    """Raises `NoModel`."""
    paid = paying(found)
    if paid.sum() < LEAST:
        raise NoModel(f"Of {len(found.customer):,} customers who bought, {int(found.came_back.sum()):,} did so on two days or more, and "
                      f"{int(paid.sum()):,} of them paid something when they came back: the models take at least {LEAST}.")
    try:
        bought = purchasing.fit(found.repeats, found.last, found.age, from_first=from_first)
        paying_fit = spending.fit(found.repeats[paid], found.spent[paid])
    except NoFit as error:
        raise NoModel(f"The models do not fit {len(found.customer):,} customers: {error}.") from None
    r, alpha, a, b = bought.values.tolist()
    p, q, v = paying_fit.values.tolist()
    model = Model(Purchasing(r, alpha, a, b, from_first), Spending(p, q, v), (bought, paying_fit))
    if model.spending.q <= 1:
        raise NoModel(f"What {int(paid.sum()):,} customers pay differs so much that it has no mean: the gamma-gamma model gives "
                      f"q = {model.spending.q:.3g}, and takes more than 1.")
    return model


def outlook(model: Model, found: Histories, days: float, rate: float = 0.0) -> Outlook:
    """What is to come within so many days, when money is worth `rate` less a year later."""
    here = alive(model.purchases, found.repeats, found.last, found.age)
    counts, worth = discounted(model.purchases, found.repeats, found.age, days / WEEK, rate)
    return Outlook(here, here * counts, here * worth, expected_spending(model.spending, found.repeats, found.spent))


def correlation(found: Histories) -> float | None:
    """Pearson's, between how often customers came back and what they paid then; None where either does not vary."""
    paid = paying(found)
    repeats, spent = found.repeats[paid], found.spent[paid]
    if len(repeats) < LEAST or not np.ptp(repeats) or not np.ptp(spent):
        return None
    return float(np.corrcoef(repeats, spent)[0, 1])
