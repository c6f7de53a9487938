"""What the customers buy who buy most like a customer, and these customers themselves. Whoever is at odds with them is none.

Resnick, Iacovou, Suchak, Bergstrom and Riedl, "GroupLens: An Open Architecture for Collaborative Filtering of Netnews", CSCW 1994.
"""

from scipy.sparse import csr_array, eye_array

from plugins.recommend.known import Known, Report
from plugins.recommend.neighbours import neighbours
from plugins.recommend.pathways import CUSTOMER, PRODUCT, Pathway, Steps, pathway

NAME = "USER_NEIGHBOURS"


def alike(known: Known, report: Report) -> csr_array:
    """csr_array[n, n]: the neighbours of each customer."""
    if NAME not in known.shared:
        known.shared[NAME] = neighbours(
            known.purchases.often, known.similarity, known.neighbours, most_common=known.limits.most_buyers,
            without=known.ties.foes if known.ties else None, progress=report)
    return known.shared[NAME]


def products(known: Known, report: Report) -> Pathway:
    """A product scores the sum of the similarities of the neighbours who bought it."""
    return pathway(NAME, alike(known, report), known.purchases.has, CUSTOMER)


def customers(known: Known, report: Report) -> Pathway:
    """A customer scores the similarity; the reason is what both bought."""
    near, has = alike(known, report), known.purchases.has
    steps = Steps(near, eye_array(near.shape[0], format="csr"), CUSTOMER)
    return Pathway(NAME, steps, Steps(has, has.T.tocsr(), PRODUCT))
