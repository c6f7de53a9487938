"""How what customers do is spread over the categories of products."""

from typing import Any

import numpy as np

from guanxi import InsufficientData
from plugins.segmentation.features.events import Floats, Numbers, positions

MOST_CATEGORIES = 12  # the largest; the rest is no feature of its own


def shares(place: Numbers, product: Numbers, weight: Floats, products: Any, size: int) -> dict[str, Floats]:
    """By category, the largest first: for each customer which share of their weight falls on it, NaN for who has none.

    `place`: int64[m], customers from 0 to `size` - 1; `product`: int64[m], ids; `weight`: float64[m], more than 0.
    Raises `InsufficientData` when there are no categories.
    """
    known = products["category"].combine_chunks().dictionary_encode()
    names, of_product = known.dictionary.to_pylist(), known.indices.to_numpy()
    at = positions(products["id"].to_numpy(), product)
    category = np.where(at >= 0, of_product[at], -1) if len(of_product) else np.full(len(at), -1)
    whole = np.bincount(place, weight, minlength=size)
    weights = np.bincount(category[category >= 0], weight[category >= 0], minlength=len(names))
    order = sorted((one for one in range(len(names)) if names[one] and weights[one] > 0), key=lambda one: (-weights[one], names[one]))
    if not order:
        raise InsufficientData(f"There are no categories to tell customers apart by: of {len(product):,} lines or looks, none is of a "
                               "product with a category.")
    found = {}
    for one in order[:MOST_CATEGORIES]:
        mine = category == one
        part = np.bincount(place[mine], weight[mine], minlength=size)
        found[names[one]] = np.divide(part, whole, out=np.full(size, np.nan), where=whole > 0)
    return found
