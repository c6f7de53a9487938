"""The scores of published runs as features of customers, for segmentations and whatever else computes with features."""

from guanxi import Feature, FromRun
from plugins.graph.metrics.scores import SCORES, ScoreKind
from plugins.graph.metrics.start import NAME
from plugins.graph.models import ScoreRow

TITLES = {
    "totalDegree": ("Relationships", "关系数"),
    "inDegree": ("Incoming relationships", "入度"),
    "outDegree": ("Outgoing relationships", "出度"),
    "strength": ("Weight of relationships", "关系强度"),
    "inStrength": ("Weight of incoming relationships", "入强度"),
    "outStrength": ("Weight of outgoing relationships", "出强度"),
    "pageRank": ("PageRank", "PageRank"),
    "hub": ("Hub score", "枢纽值"),
    "authority": ("Authority score", "权威值"),
    "betweenness": ("Betweenness", "中介中心性"),
    "closeness": ("Closeness", "接近中心性"),
    "coreNumber": ("Core number", "核数"),
    "clustering": ("Clustering", "聚集系数"),
    "neighbourDegree": ("Relationships of neighbours", "邻居平均关系数"),
    "neighbourStrength": ("Weight of neighbours' relationships", "邻居平均关系强度"),
    "neighbourPurchaseCount": ("Purchases of neighbours", "邻居平均购买次数"),
    "neighbourPurchaseTotal": ("Spending of neighbours", "邻居平均消费额"),
    "neighbourDaysSincePurchase": ("Days since neighbours' last purchase", "邻居距上次购买天数"),
    "riskExposure": ("Exposure to conflicts", "冲突暴露度"),
}
EVEN = frozenset({"closeness", "coreNumber", "clustering", "neighbourDaysSincePurchase"})  # nobody has very much of these


def offered(one: ScoreKind) -> Feature:
    title, title_zh = TITLES[one.name]
    return Feature(name=f"graph.{one.name}", title=title, title_zh=title_zh, requires=one.requires, skewed=one.name not in EVEN,
                   description=f"{one.description} Missing for who was not in the published run.",
                   from_run=FromRun(ScoreRow, NAME, one.name, match={"metric": one.name}))


FEATURES = tuple(offered(one) for one in SCORES)
