"""Products that are bought in the same transactions as what a customer bought: association rules from one product to another.

Agrawal, Imieliński and Swami, "Mining Association Rules between Sets of Items in Large Databases", SIGMOD 1993; as recommendations: Sarwar,
Karypis, Konstan and Riedl, "Analysis of Recommendation Algorithms for E-Commerce", EC 2000.
"""

import numpy as np
from scipy.sparse import csr_array

from plugins.recommend.known import Known, Report
from plugins.recommend.neighbours import foremost, others, parts, stacked, taken
from plugins.recommend.pathways import PRODUCT, Pathway, pathway


def products(known: Known, report: Report) -> Pathway:
    """A product scores the sum of the confidences of the rules that lead to it from products that the customer bought."""
    assert known.baskets is not None
    found = rules(known.baskets, known.limits.least_together, known.neighbours, known.limits.most_bought, report)
    return pathway("RULES", known.purchases.has, found.T.tocsr(), PRODUCT)


def rules(baskets: csr_array, least: int, most: int, longest: int, report: Report = lambda *_: None) -> csr_array:
    """csr_array[m, m]: of the rules that lead to each product (the row) from another one (the column) the confidence, which share of the
    transactions with the other have it too.

    `baskets`: csr_array[t, m], 1 for each product of each transaction. Kept are rules that at least `least` transactions bear out and whose
    lift is above 1, to each product the `most` of the highest confidence, of equals those from the lowest number. (Were it the best from
    each product, what everybody buys would win.) Transactions of more than `longest` products are passed over.
    Time in proportion to the sum over transactions of the square of their products; memory bounded but for the result.
    """
    baskets = baskets[np.diff(baskets.indptr) <= longest]
    having = baskets.T.tocsr()
    count = np.diff(having.indptr).astype(np.float64)
    found = []
    for part in parts(having @ np.diff(baskets.indptr)):
        together = (having[part] @ baskets).tocsr()
        of_row = np.repeat(count[part], np.diff(together.indptr))
        of_column = count[together.indices]
        lifted = together.data * baskets.shape[0] > of_row * of_column
        sound = np.flatnonzero(lifted & (together.data >= least))
        together.data /= of_column
        found.append(foremost(others(taken(together, sound), part.start), most))
        report(part.stop, having.shape[0])
    return stacked(found, having.shape[0])
