"""`python -m checks`: each check in turn, a line for every complaint, exit code 1 when there is one."""

import sys
from pathlib import Path

from checks import files, imports, migrations, printed_schema, public_api, reference, schema_lint, state

CHECKS = {
    "imports go one way": imports.complaints,
    "no state at module level": state.complaints,
    "files": files.complaints,
    "schema.graphql is current": printed_schema.complaints,
    "the schema keeps its rules": schema_lint.complaints,
    "the public names keep what was released": public_api.complaints,
    "reference pages are current": reference.complaints,
    "migrations match the models": migrations.complaints,
}


def main() -> int:
    """Run every check on the folder this package lies in."""
    root = Path(__file__).resolve().parent.parent
    failed = False
    for name, complaints in CHECKS.items():
        found = complaints(root)
        print(f"{'FAILED' if found else 'ok':<7}{name}", *found, sep="\n  ")
        failed = failed or bool(found)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
