"""What stands on a map's picture, in English and Chinese, and how names are brought to a length that fits."""

import unicodedata

WORDS = {
    "around": ("Relationship map around {names}", "{names}的关系图"),
    "map": ("Relationship map", "客户关系图"),
    "and": (", ", "、"),
    "more": ("{names} and {count:,} more", "{names}等 {all:,} 位客户"),
    "customers": ("{shown:,} customers", "{shown:,} 位客户"),
    "customersOf": ("{shown:,} of {all:,} customers", "{all:,} 位客户中的 {shown:,} 位"),
    "ties": ("{shown:,} relationships", "{shown:,} 条关系"),
    "tiesOf": ("{shown:,} of {all:,} relationships", "{all:,} 条关系中的 {shown:,} 条"),
    "asOf": ("as of {day}", "截至 {day}"),
    "nobody": ("There is nobody to draw.", "没有可绘制的客户。"),
    "relationships": ("Relationships", "关系"),
    "positive": ("positive", "正面"),
    "neutral": ("neutral", "中性"),
    "negative": ("negative", "负面"),
    "width": ("wider line: stronger", "线越粗，关系越强"),
    "arrow": ("arrow: which way it points", "箭头：关系的方向"),
    "groups": ("Customers", "客户"),
    "root": ("centre of the map", "地图中心"),
    "community": ("community {number}", "社群 {number}"),
    "named": ("{community}: {name}", "{community}：{name}"),
    "others": ("other communities", "其他社群"),
    "othersAndNone": ("other communities, or none", "其他社群或无社群"),
    "none": ("in no community", "不属于任何社群"),
    "customer": ("customer", "客户"),
    "byPageRank": ("larger circle: higher PageRank", "圆越大，PageRank 越高"),
    "byStrength": ("larger circle: stronger ties", "圆越大，关系总强度越高"),
}


def word(key: str, language: str, **values: object) -> str:
    return WORDS[key][language == "zh"].format(**values)


def plain(name: str) -> str:
    """On one line, without characters that cannot be seen."""
    return " ".join("".join(one if one.isprintable() else " " for one in name).split())


def cells(text: str) -> int:
    """How wide it is: a Chinese character takes two cells, a letter one."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def shortened(name: str, most: int) -> str:
    """A plain name in at most so many cells.

    >>> shortened("苏州远帆进出口有限公司", 13), shortened("Ann", 3)
    ('苏州远帆进出…', 'Ann')
    """
    name = plain(name[:1000])
    if cells(name) <= most:
        return name
    width, kept = 1, ""
    for one in name:
        width += cells(one)
        if width > most:
            break
        kept += one
    return kept.rstrip() + "…"
