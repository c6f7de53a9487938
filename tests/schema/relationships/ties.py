"""Short ways to make relationships and to look at them."""

from typing import Any

from tests.schema.customers.asking import Asking, organization

SHOWN = "id from { id } to { id } kind { key } directed sign weight validFrom validTo confidence revision"
SELECTION = f"relationship {{ {SHOWN} }}"


async def people(asking: Asking, count: int = 2) -> list[str]:
    return [await asking.create(name) for name in ("王伟", "李娜", "Anna", "Bob")[:count]]


async def company(asking: Asking, name: str = "Acme") -> str:
    payload = await asking.mutate("customerCreate", organization(name))
    return str(payload["customer"]["id"])


async def tie(asking: Asking, from_id: str, to_id: str, kind: str = "trust", **more: Any) -> Any:
    payload = await asking.mutate("relationshipCreate", {"fromId": from_id, "toId": to_id, "kind": kind} | more, SELECTION)
    assert payload["userErrors"] == []
    return payload["relationship"]


async def change(asking: Asking, name: str, **input: Any) -> Any:
    payload = await asking.mutate(name, input, SELECTION)
    assert payload["userErrors"] == []
    return payload["relationship"]


async def refused(asking: Asking, name: str, selection: str = "relationship { id }", **input: Any) -> list[tuple[str, str]]:
    """The code and dotted path of each refusal. Nothing was written."""
    before = asking.versions()
    payload = await asking.mutate(name, input, selection)
    assert payload[selection.split()[0]] is None
    assert asking.versions() == before
    return [(error["code"], ".".join(error["path"])) for error in payload["userErrors"]]


async def seen_from(asking: Asking, customer: str, arguments: str = "") -> list[tuple[str, str]]:
    """(the other's id, direction) of the relationships of a customer."""
    found = await asking.customer(customer, f"relationships{arguments} {{ edges {{ direction other {{ id }} }} }}")
    return sorted((edge["other"]["id"], edge["direction"]) for edge in found["relationships"]["edges"])
