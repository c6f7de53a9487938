"""What `bench.recommendation_neighbours` measures, a side a process: neighbours of made-up customers by ours, or by a script.

    python -m bench._direct_neighbours ours|direct CUSTOMERS PRODUCTS

Prints the seconds of CPU, the largest resident memory in bytes, and a sum of the similarities found, as JSON.
"""

import json
import resource
import sys
import time
from typing import Any

import numpy as np
from scipy.sparse import csr_array, diags_array

from plugins.recommend.neighbours import neighbours

EACH = 20  # products that a customer bought, on average
MOST, AT_ONCE = 50, 1_000  # neighbours; customers that the script takes at a time
MOST_BUYERS = 5_000


def made(customers: int, products: int) -> csr_array:
    """Who bought what, each once: a few products are bought by many, as in real shops, none by more than are looked at."""
    chance = np.random.default_rng(7)
    count = customers * EACH
    who, what = chance.integers(0, customers, count), (chance.random(count) ** 1.8 * products).astype(np.int64)
    matrix = csr_array((np.ones(count), (who, what)), shape=(customers, products))
    matrix.data[:] = 1
    common = np.bincount(matrix.indices, minlength=products) > MOST_BUYERS
    matrix.data[common[matrix.indices]] = 0
    matrix.eliminate_zeros()
    return matrix


def direct(matrix: csr_array) -> csr_array:
    """The sparse product and the top of each row, as one writes it down: cosines."""
    sizes = np.diff(matrix.indptr)
    rows = diags_array(1 / np.sqrt(np.maximum(sizes, 1))) @ matrix
    columns = rows.T.tocsr()
    kept: list[tuple[Any, Any]] = []
    for start in range(0, rows.shape[0], AT_ONCE):
        product = (rows[start:start + AT_ONCE] @ columns).tocsr()
        for i in range(product.shape[0]):
            here = slice(product.indptr[i], product.indptr[i + 1])
            values, places = product.data[here], product.indices[here]
            other = places != start + i
            values, places = values[other], places[other]
            if len(values) > MOST:
                top = np.argpartition(values, len(values) - MOST)[-MOST:]
                values, places = values[top], places[top]
            kept.append((values, places))
    bounds = np.concatenate([[0], np.cumsum([len(values) for values, _ in kept])])
    return csr_array((np.concatenate([values for values, _ in kept]), np.concatenate([places for _, places in kept]), bounds),
                     shape=(rows.shape[0], rows.shape[0]))


def main(side: str, customers: int, products: int) -> None:
    matrix = made(customers, products)
    began = time.process_time()
    found = direct(matrix) if side == "direct" else neighbours(matrix, "COSINE", MOST, most_common=MOST_BUYERS)
    took = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": took, "bytes": memory, "sum": float(found.data.sum()), "purchases": matrix.nnz}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
