"""The segments that scores of recency and frequency put customers into, and what they are called.

The table is the usual one of ten segments in five by five cells. It leaves the amount aside: who bought lately and often is worth looking
after whatever they paid, and the amount has a score of its own to choose by.
"""

import enum

import strawberry


@strawberry.enum(description="What recency and frequency say of a customer.")
class RfmSegment(enum.Enum):
    CHAMPIONS = strawberry.enum_value("CHAMPIONS", description="Bought just now, and most often of all.")
    LOYAL = strawberry.enum_value("LOYAL", description="Buy often, the last time not long ago.")
    POTENTIAL_LOYALISTS = strawberry.enum_value("POTENTIAL_LOYALISTS", description="Bought lately, more than once or twice.")
    NEW = strawberry.enum_value("NEW", description="Bought just now, and seldom so far.")
    PROMISING = strawberry.enum_value("PROMISING", description="Bought lately, and seldom so far.")
    NEED_ATTENTION = strawberry.enum_value("NEED_ATTENTION", description="In the middle, of recency and of frequency.")
    ABOUT_TO_SLEEP = strawberry.enum_value("ABOUT_TO_SLEEP", description="Bought seldom, the last time a while ago.")
    AT_RISK = strawberry.enum_value("AT_RISK", description="Used to buy often, and have not for long.")
    CANNOT_LOSE = strawberry.enum_value("CANNOT_LOSE", description="Used to buy most often of all, and have not for long.")
    HIBERNATING = strawberry.enum_value("HIBERNATING", description="Bought seldom, and not for long.")


LABELS = {
    RfmSegment.CHAMPIONS: ("Champions", "冠军客户"),
    RfmSegment.LOYAL: ("Loyal customers", "忠诚客户"),
    RfmSegment.POTENTIAL_LOYALISTS: ("Potential loyalists", "潜在忠诚客户"),
    RfmSegment.NEW: ("New customers", "新客户"),
    RfmSegment.PROMISING: ("Promising", "有潜力客户"),
    RfmSegment.NEED_ATTENTION: ("Need attention", "需关注客户"),
    RfmSegment.ABOUT_TO_SLEEP: ("About to sleep", "即将沉睡客户"),
    RfmSegment.AT_RISK: ("At risk", "流失风险客户"),
    RfmSegment.CANNOT_LOSE: ("Cannot lose them", "不可流失客户"),
    RfmSegment.HIBERNATING: ("Hibernating", "沉睡客户"),
}
ORDER = tuple(RfmSegment)
SCORES = 5

# A row for each score of recency, from 1; in it a segment for each score of frequency, from 1.
TABLE = (
    (RfmSegment.HIBERNATING, RfmSegment.HIBERNATING, RfmSegment.AT_RISK, RfmSegment.AT_RISK, RfmSegment.CANNOT_LOSE),
    (RfmSegment.HIBERNATING, RfmSegment.HIBERNATING, RfmSegment.AT_RISK, RfmSegment.AT_RISK, RfmSegment.CANNOT_LOSE),
    (RfmSegment.ABOUT_TO_SLEEP, RfmSegment.ABOUT_TO_SLEEP, RfmSegment.NEED_ATTENTION, RfmSegment.LOYAL, RfmSegment.LOYAL),
    (RfmSegment.PROMISING, RfmSegment.POTENTIAL_LOYALISTS, RfmSegment.POTENTIAL_LOYALISTS, RfmSegment.LOYAL, RfmSegment.LOYAL),
    (RfmSegment.NEW, RfmSegment.POTENTIAL_LOYALISTS, RfmSegment.POTENTIAL_LOYALISTS, RfmSegment.CHAMPIONS, RfmSegment.CHAMPIONS),
)


def label(segment: RfmSegment, language: str) -> str:
    return LABELS[segment][language == "zh"]
