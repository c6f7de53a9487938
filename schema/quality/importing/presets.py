"""Ready-made plans for files that are well known."""

from schema.jobs.models import ImportTarget
from schema.quality.importing.plan import Join, Plan

ONLINE_RETAIL = Plan(
    ImportTarget.TRANSACTIONS,
    maps=(("InvoiceNo", "externalId"), ("StockCode", "sku"), ("Description", "productName"), ("Quantity", "quantity"),
          ("InvoiceDate", "occurredAt"), ("UnitPrice", "unitPrice"), ("CustomerID", "customer"), ("Country", "customerCountry")),
    constants=(("currency", "GBP"), ("customerKind", "ORGANIZATION"), ("customerName", "Customer {id}")),
    source="online-retail", timezone="Europe/London", create_missing=True, cancellation_prefix="C",
)

BITCOIN_OTC = Plan(
    ImportTarget.RELATIONSHIPS,
    maps=(("source", "from"), ("target", "to"), ("rating", "rating"), ("time", "validFrom")),
    constants=(("kind", "trust"), ("customerKind", "PERSON"), ("customerName", "Trader {id}")),
    source="bitcoin-otc", date_format="unix", create_missing=True,
)

NORTHWIND_CUSTOMERS = Plan(
    ImportTarget.CUSTOMERS,
    maps=(("customerID", "externalId"), ("companyName", "name")),
    constants=(("kind", "ORGANIZATION"),), source="northwind", empty=frozenset({"NULL"}),
)
NORTHWIND_PRODUCTS = Plan(
    ImportTarget.PRODUCTS,
    maps=(("productID", "sku"), ("productName", "name"), ("unitPrice", "price"), ("categories.csv.categoryName", "category")),
    constants=(("currency", "USD"),), source="northwind", empty=frozenset({"NULL"}),
    joins=(Join("categories.csv", "categoryID", "categoryID", ("categoryName",)),),
)
NORTHWIND_TRANSACTIONS = Plan(
    ImportTarget.TRANSACTIONS,
    maps=(("orderID", "externalId"), ("productID", "sku"), ("unitPrice", "unitPrice"), ("quantity", "quantity"), ("discount", "discount"),
          ("orders.csv.customerID", "customer"), ("orders.csv.orderDate", "occurredAt"), ("products.csv.productName", "productName")),
    constants=(("currency", "USD"), ("customerKind", "ORGANIZATION")), source="northwind", empty=frozenset({"NULL"}), create_missing=True,
    joins=(Join("orders.csv", "orderID", "orderID", ("customerID", "orderDate")),
           Join("products.csv", "productID", "productID", ("productName",))),
)

# By name: the file in a folder that each plan is for, None where a single file is given.
PRESETS: dict[str, tuple[tuple[str | None, Plan], ...]] = {
    "online-retail": ((None, ONLINE_RETAIL),),
    "bitcoin-otc": ((None, BITCOIN_OTC),),
    "northwind": (("customers.csv", NORTHWIND_CUSTOMERS), ("products.csv", NORTHWIND_PRODUCTS),
                  ("order_details.csv", NORTHWIND_TRANSACTIONS)),
}
