"""Other tools read the printed schema: graphql-eslint finds nothing, graphql-codegen's types compile, Relay's compiler takes it."""

import json
from pathlib import Path

import pytest

from tests.conformance.node import BUILD, FOLDER, tool


def test_graphql_eslint_finds_nothing(printed_schema: Path) -> None:
    assert tool("eslint", "--max-warnings=0", "build/schema.graphql").strip() == ""


def test_graphql_eslint_would_find_what_is_not_described(printed_schema: Path) -> None:
    text = printed_schema.read_text(encoding="utf-8")
    printed_schema.write_text(text.replace('"""Who asks."""', ""), encoding="utf-8")
    try:
        with pytest.raises(pytest.fail.Exception, match='Description is required for type "Viewer"'):
            tool("eslint", "build/schema.graphql")
    finally:
        printed_schema.write_text(text, encoding="utf-8")


def test_generated_types_compile(printed_schema: Path) -> None:
    tool("graphql-codegen", "--silent", "--config", "codegen/codegen.json")
    tool("tsc", "-p", "codegen/tsconfig.json")
    assert "CustomersPageDocument" in (BUILD / "documents.ts").read_text(encoding="utf-8")


def test_relay_compiles_the_fragments(relay_artifacts: Path) -> None:
    made = (relay_artifacts / "CustomersOneQuery.graphql.js").read_text(encoding="utf-8")
    assert "node(id: $id)" in made


def test_relay_refuses_what_the_schema_has_not(relay_artifacts: Path) -> None:
    """The compiler reads our schema, and not one of its own."""
    folder = BUILD / "wrong"
    folder.mkdir(exist_ok=True)
    source = (FOLDER / "relay" / "Customers.js").read_text(encoding="utf-8")
    (folder / "Customers.js").write_text(source.replace("revision", "shoeSize"), encoding="utf-8")
    config = {"src": "./build/wrong", "schema": "./build/schema.graphql", "language": "javascript"}
    (BUILD / "wrong.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(pytest.fail.Exception, match="shoeSize"):
        tool("relay-compiler", "build/wrong.json")
