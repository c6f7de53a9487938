"""Opaque ids: a type code, which never changes, and the row's number. `c_7` is customer 7; clients must not take them apart."""

from typing import Any

from sqlalchemy import BigInteger, Dialect, TypeDecorator

from schema.errors import RequestError

MOST = 2**63 - 1


def encode(code: str, number: int) -> str:
    return f"{code}_{number}"


def decode(value: str) -> tuple[str, int]:
    """The code and the number. Raises BAD_USER_INPUT for anything else."""
    code, _, digits = value.partition("_")
    if not code.isascii() or not digits.isascii() or not digits.isdecimal() or len(digits) > 19 or int(digits) > MOST:
        raise RequestError("BAD_USER_INPUT", "not_any_id", value=value[:40])
    return code, int(digits)


def number(value: str, code: str, type_: str) -> int:
    """The number of an id that must be of this type."""
    found, digits = decode(value)
    if found != code:
        raise RequestError("BAD_USER_INPUT", "not_an_id", value=value[:40], type=type_)
    return digits


class OpaqueId(TypeDecorator[str]):
    """A parameter that a client gives as an opaque id and the database compares as a number."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, code: str, type_name: str):
        super().__init__()
        self.code, self.type_name = code, type_name

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else number(value, self.code, self.type_name)
