"""What a published run answers for: each kind of recommendation is a slot of its own."""

from plugins.recommend.start import RecommendationKind

SLOTS = {RecommendationKind.PRODUCT: "recommendedProducts", RecommendationKind.CUSTOMER: "recommendedCustomers"}
