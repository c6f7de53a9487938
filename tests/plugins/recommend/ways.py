"""Pathways to be worked through by hand."""

from typing import Any

import numpy as np
from scipy.sparse import csr_array

from plugins.recommend.pathways import CUSTOMER, GROUP, PRODUCT, Pathway, pathway


def matrix(rows: Any) -> csr_array:
    return csr_array(np.asarray(rows, np.float64))


# Three customers and four products. The first bought 0 and 1, the second 1, the third nothing.
BOUGHT = matrix([[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]])
BY_PRODUCT = pathway("ITEM_NEIGHBOURS", BOUGHT, matrix([[0, .5, .4, 0], [.5, 0, .2, .1], [.4, .2, 0, 0], [0, .1, 0, 0]]), PRODUCT)
BY_CUSTOMER = pathway("USER_NEIGHBOURS", matrix([[0, .5, 0], [.5, 0, 0], [0, 0, 0]]), BOUGHT, CUSTOMER)
BY_GROUP = pathway("POPULARITY", matrix([[1, 0], [1, 0], [0, 1]]), matrix([[1, 2, 0, 0], [1, 2, 0, 3]]), GROUP)
WAYS = [BY_PRODUCT, BY_CUSTOMER, BY_GROUP]
WEIGHTS = {"ITEM_NEIGHBOURS": 1.0, "USER_NEIGHBOURS": 0.5, "POPULARITY": 0.1}


def drawn(seed: int, customers: int = 7, products: int = 9) -> tuple[list[Pathway], csr_array]:
    """Random pathways, and what was bought."""
    chance = np.random.default_rng(seed)

    def some(*shape: int) -> csr_array:
        return matrix(np.where(chance.random(shape) < 0.4, chance.random(shape) + 0.01, 0))

    bought = matrix(chance.random((customers, products)) < 0.3)
    groups = matrix(np.eye(3)[chance.integers(0, 3, customers)])
    return [pathway("ITEM_NEIGHBOURS", bought, some(products, products), PRODUCT),
            pathway("USER_NEIGHBOURS", some(customers, customers), bought, CUSTOMER),
            pathway("POPULARITY", groups, matrix(np.ceil(10 * some(3, products).toarray())), GROUP)], bought
