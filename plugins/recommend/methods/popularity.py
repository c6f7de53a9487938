"""What most customers of a group buy, for those of whom nothing else is known; and what everybody buys, with which methods compare."""

import numpy as np
from scipy.sparse import csr_array

from plugins.recommend.groups import EVERYBODY
from plugins.recommend.known import Known, Report
from plugins.recommend.neighbours import foremost
from plugins.recommend.pathways import GROUP, Pathway, pathway
from plugins.recommend.purchases import Numbers, ones

SHOWN = 500  # products of a group: nobody is recommended more than 50, and few have bought all the others


def products(known: Known, _: Report) -> Pathway:
    """A product scores how many customers of the group bought it."""
    return counted(known, known.groups.of)


def best_sellers(known: Known, _: Report) -> Pathway:
    """The same with everybody for a group: the simplest method of all."""
    return counted(known, np.full(len(known.groups.of), EVERYBODY))


def counted(known: Known, of: Numbers) -> Pathway:
    has, n, count = known.purchases.has, len(of), len(known.groups.names)
    who, which = known.groups.members
    member = ones(csr_array((np.ones(len(who)), (which, who)), shape=(count, n)))
    popular = foremost((member @ has).tocsr(), SHOWN)
    near = csr_array((np.ones(n), of, np.arange(n + 1)), shape=(n, count))
    return pathway("POPULARITY", near, popular, GROUP)
