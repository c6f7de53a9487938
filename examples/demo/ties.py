"""Relationships as the staff of the demo would have noted them: who competes, who quarrels, who supplies and recommends whom."""

import datetime
from random import Random

from examples.demo.purchases import Row

COLUMNS = ("from", "to", "kind", "weight", "validFrom", "validTo", "confidence", "staff")
STAFF = ("demo-chen-jing", "demo-li-qiang", "demo-emma-clarke", "demo-oliver-reed")

# Among the customers whom the documentation and the example queries call by name.
NAMED = (
    ("14646", "17841", "competes", "8"), ("17841", "16446", "conflict", "6"), ("16446", "13085", "employs", "1"),
    ("13085", "12346", "refers", "3"), ("14646", "16446", "supplies", "5"), ("17841", "18102", "partner", "4"),
)
# The rest: a kind, how many of it, and what its two ends are.
DRAWN = (
    ("competes", 7, "ORGANIZATION", "ORGANIZATION"),
    ("conflict", 4, "ORGANIZATION", "PERSON"),
    ("supplies", 8, "ORGANIZATION", "ORGANIZATION"),
    ("partner", 4, "ORGANIZATION", "ORGANIZATION"),
    ("parent_company", 3, "ORGANIZATION", "ORGANIZATION"),
    ("employs", 5, "ORGANIZATION", "PERSON"),
    ("refers", 8, "PERSON", "PERSON"),
    ("knows", 4, "PERSON", "PERSON"),
    ("family", 2, "PERSON", "PERSON"),
)


def ties(customers: list[Row], chance: Random) -> list[Row]:
    """No two customers get two ties, so that nobody both employs and quarrels with the other by chance."""
    by_kind = {kind: [row["externalId"] for row in customers if row["kind"] == kind] for kind in ("ORGANIZATION", "PERSON")}
    pairs = {frozenset(tie[:2]) for tie in NAMED}
    found = [tie(*named, chance) for named in NAMED]
    for kind, count, start, end in DRAWN:
        while count:
            from_, to = chance.choice(by_kind[start]), chance.choice(by_kind[end])
            if from_ != to and frozenset((from_, to)) not in pairs:
                pairs.add(frozenset((from_, to)))
                found.append(tie(from_, to, kind, str(chance.randint(1, 9)), chance))
                count -= 1
    return found


def tie(from_: str, to: str, kind: str, weight: str, chance: Random) -> Row:
    since = datetime.date(2010, 1, 1) + datetime.timedelta(days=chance.randrange(600))
    until = (since + datetime.timedelta(days=chance.randrange(30, 500))).isoformat() if kind == "conflict" and chance.random() < 0.4 else ""
    confidence = f"{chance.randint(5, 10) / 10:.1f}"
    return dict(zip(COLUMNS, (from_, to, kind, weight, since.isoformat(), until, confidence, chance.choice(STAFF)), strict=True))
