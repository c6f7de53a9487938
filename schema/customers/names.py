"""Names as the search index knows them: one spelling for all, cut into pieces of one and two characters."""

import itertools
import unicodedata


def normalise(name: str) -> str:
    """The form in which names are searched: NFKC, case folded, runs of spaces folded into one."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def grams(search_name: str) -> set[str]:
    """Every single character and every pair of neighbours within the words of a normalised name.

    >>> sorted(grams("王伟 a1"))
    ['1', 'a', 'a1', '伟', '王', '王伟']
    """
    found: set[str] = set()
    for word in search_name.split():
        found.update(word)
        found.update(map("".join, itertools.pairwise(word)))
    return found
