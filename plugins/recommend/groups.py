"""The group that a customer is counted with when nothing but popularity can be told: the smallest that says enough."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from plugins.recommend.purchases import Numbers

EVERYBODY = 0


@dataclass(frozen=True)
class Groups:
    """`of`: int64[n], each customer's group; 0 is everybody. `members`: which customers (int64[k]) are in which groups (int64[k]), whether
    or not it is theirs; everybody is in 0. `names`: the trait and value of each group, ("", "") for everybody."""

    of: Numbers
    members: tuple[Numbers, Numbers]
    names: list[tuple[str, str]]


def groups(n: int, customer: Numbers, trait: list[str], value: list[str], buys: Any, *, smallest: int) -> Groups:
    """From what is known of customers: numbers of customers (int64[t]) and a trait and value of each. `buys`: bool[n], who bought
    anything. Of the groups that a customer is in and in which at least `smallest` customers buy, the one with the fewest is theirs, of
    equals the one that comes first by trait and value; everybody where there is none."""
    names = sorted(set(zip(trait, value, strict=True)))
    number = {name: place for place, name in enumerate(names, 1)}
    group = np.array([number[pair] for pair in zip(trait, value, strict=True)], np.int64)
    buyers = np.bincount(group[buys[customer]], minlength=len(names) + 1)
    enough = buyers[group] >= smallest
    of = np.zeros(n, np.int64)
    order = np.lexsort((group[enough], buyers[group[enough]], customer[enough]))
    who, which = customer[enough][order], group[enough][order]
    first = np.flatnonzero(np.diff(who, prepend=-1))
    of[who[first]] = which[first]
    members = np.concatenate([np.arange(n), customer]), np.concatenate([np.zeros(n, np.int64), group])
    return Groups(of, members, [("", ""), *names])
