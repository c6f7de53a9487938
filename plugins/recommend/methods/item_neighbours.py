"""Products that are bought by those who bought what a customer bought.

Sarwar, Karypis, Konstan and Riedl, "Item-Based Collaborative Filtering Recommendation Algorithms", WWW 2001.
"""

from plugins.recommend.known import Known, Report
from plugins.recommend.neighbours import neighbours
from plugins.recommend.pathways import PRODUCT, Pathway, pathway


def products(known: Known, report: Report) -> Pathway:
    """A product scores the sum of its similarities to those of its own neighbours that the customer bought. (Were it the neighbours of what
    was bought, products that everybody buys would win: they are everything's neighbours.)"""
    columns = known.purchases.often.T.tocsr()
    alike = neighbours(columns, known.similarity, known.neighbours, most_common=known.limits.most_bought, progress=report)
    return pathway("ITEM_NEIGHBOURS", known.purchases.has, alike.T.tocsr(), PRODUCT)
