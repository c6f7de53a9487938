"""The features that this plugin offers. Their functions are imported when they are called: the server knows them by name alone."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from guanxi import Feature, FeatureKind, FromRun, Period, Snapshot
from plugins.segmentation.models import MemberRow
from plugins.segmentation.names import NAME, SLOT

HOME = "plugins.segmentation.features"
BOUGHT = ("commerce.read",)
PERSONAL = ("pii.read",)
CATEGORY, FAMILY = FeatureKind.CATEGORY, FeatureKind.FAMILY


def by(module: str, function: str) -> Callable[[Snapshot, Period], Any]:
    def compute(snapshot: Snapshot, period: Period) -> Any:
        return getattr(import_module(f"{HOME}.{module}"), function)(snapshot, period)

    return compute


def bought(name: str, function: str, title: str, title_zh: str, description: str, **more: Any) -> Feature:
    return Feature(name=f"behaviour.{name}", title=title, title_zh=title_zh, description=description, requires=BOUGHT,
                   **{"needs": ("transactions",), "compute": by("purchases", function), **more})


def looked(name: str, function: str, title: str, title_zh: str, description: str, *needs: str, **more: Any) -> Feature:
    return Feature(name=name, title=title, title_zh=title_zh, description=description, needs=needs, compute=by("browsing", function),
                   requires=BOUGHT, **more)


def known(name: str, function: str, title: str, title_zh: str, description: str, **more: Any) -> Feature:
    return Feature(name=f"customer.{name}", title=title, title_zh=title_zh, description=description,
                   **{"needs": ("demographics",), "compute": by("people", function), **more})


FEATURES = (
    bought("purchaseCount", "purchase_count", "Purchases", "购买次数", "How often they bought; 0 for who did not.", skewed=True),
    bought("purchaseTotal", "purchase_total", "Spending", "消费总额", (
        "What they paid, net of returns and cancellations, in the currency with the most purchases; missing for who paid in another too."),
        skewed=True),
    bought("meanPurchase", "mean_purchase", "Spending per purchase", "次均消费额",
           "What they paid for a purchase on average; missing for who bought nothing.", skewed=True),
    bought("daysSincePurchase", "days_since_purchase", "Days since last purchase", "距上次购买天数",
           "How many days before the end of the window they bought last; missing for who did not."),
    bought("daysSinceFirstPurchase", "days_since_first_purchase", "Days since first purchase", "距首次购买天数",
           "How many days before the end of the window they first bought within it; missing for who did not."),
    bought("returnCount", "return_count", "Returns", "退货次数", "How often they returned or cancelled something.", skewed=True),
    bought("purchaseShares", "bought_by_category", "Share of spending on", "消费占比", (
        "Of what they paid, the share of each of the twelve largest categories of products; missing for who bought nothing."),
        kind=FAMILY, needs=("transactionLines", "products")),
    looked("behaviour.browseCount", "browse_count", "Looks at products", "浏览次数", "How often they looked at a product.",
           "browseEvents", skewed=True),
    looked("behaviour.browseSeconds", "browse_seconds", "Seconds of browsing", "浏览秒数", "How long they looked at products, in seconds.",
           "browseEvents", skewed=True),
    looked("behaviour.browseShares", "browsed_by_category", "Share of looks at", "浏览占比", (
        "Of their looks at products, the share of each of the twelve largest categories; missing for who looked at nothing."),
        "browseEvents", "products", kind=FAMILY),
    looked("behaviour.reviewCount", "review_count", "Reviews", "评价次数", "How many reviews they wrote.", "reviews", skewed=True),
    looked("behaviour.meanReviewScore", "mean_review_score", "Mean review score", "平均评分",
           "The mean of the scores they gave, from 1 to 5; missing for who reviewed nothing.", "reviews"),
    known("daysKnown", "days_known", "Days since first recorded", "建档天数",
          "How many days before the end of the window their record was made.", needs=()),
    known("tagCount", "tags", "Tags", "标签数", "How many words were put on them."),
    known("age", "age", "Age", "年龄", "Years from the year of birth to the end of the window; missing where it is not known.",
          requires=PERSONAL),
    known("income", "income", "Yearly income", "年收入", "The yearly income, in the currency that most are stated in; missing for others.",
          skewed=True, requires=PERSONAL),
    known("employeeCount", "employees", "Employees", "员工人数", "How many work there; missing for persons.", skewed=True),
    known("kind", "kind", "Kind", "客户类型", "A person or an organisation.", kind=CATEGORY, needs=()),
    known("educationLevel", "education", "Education", "教育程度", "The level of education, in the installation's words.", kind=CATEGORY),
    known("industry", "industry", "Industry", "行业", "The industry of an organisation.", kind=CATEGORY),
    known("serviceLevel", "service_level", "Service level", "服务等级", "The key of the service level.", kind=CATEGORY),
    Feature(name="segmentation.cluster", title="Cluster", title_zh="客群", kind=CATEGORY, requires=BOUGHT,
            description="The number of the cluster in the published segmentation, as something for a tree to explain.",
            from_run=FromRun(MemberRow, NAME, SLOT, column="number")),
)
