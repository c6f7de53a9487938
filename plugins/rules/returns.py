"""Which purchases are left when returns are taken off."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from plugins.rules.baskets import places

Flags = NDArray[np.bool_]
SCALE = 10_000  # quantities have four places


def left(buyer: Any, product: Any, moment: Any, quantity: Any) -> tuple[Flags, int]:
    """Which lines still hold something (bool[l]), and how many returns found no purchase to be taken off.

    A return takes its quantity off what the same buyer bought of the same product until then, the latest purchase first; a purchase
    of which nothing is left does not count. A return with nothing to take off changes nothing. `buyer` and `product`: int64[l];
    `moment`: int64[l], any unit; `quantity`: float64[l], negative for what came back. O(l log l), and a loop over the lines of those
    pairs of buyer and product that have a return.
    """
    bought = np.asarray(quantity) > 0
    kept = bought.copy()
    back = np.asarray(quantity) < 0
    if not back.any():
        return kept, 0
    products, product_place = places(product)
    pair = places(buyer)[1] * len(products) + product_place
    concerned = np.flatnonzero(np.isin(pair, np.unique(pair[back])))
    order = concerned[np.lexsort((back[concerned], np.asarray(moment)[concerned], pair[concerned]))]
    exact = np.rint(np.asarray(quantity)[order] * SCALE).astype(np.int64)
    return kept, take_off(order.tolist(), pair[order].tolist(), exact.tolist(), kept)


def take_off(lines: list[int], pairs: list[int], quantities: list[int], kept: Flags) -> int:
    """Marks in `kept` the purchases that are gone. The lines come pair by pair, the earliest first."""
    unmatched, before = 0, -1
    open_: list[list[int]] = []  # [line, quantity that is left], the latest last
    for line, pair, quantity in zip(lines, pairs, quantities, strict=True):
        if pair != before:
            open_, before = [], pair
        if quantity > 0:
            open_.append([line, quantity])
            continue
        unmatched += not open_
        while open_ and quantity < 0:
            latest = open_[-1]
            quantity, latest[1] = quantity + latest[1], latest[1] + quantity
            if latest[1] <= 0:
                kept[open_.pop()[0]] = False
    return unmatched

