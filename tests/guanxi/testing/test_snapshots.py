"""A snapshot that was made of a data set is the one that a worker reads from a database with the same data set in it."""

import subprocess
import sys
from pathlib import Path

import pytest

from guanxi.testing import EMPTY, ISLANDS, NOW, SHOP, SINGLE, DataSet, snapshot
from guanxi.testing.preparing import migrated
from guanxi.testing.storing import store
from server.database import open_database

# A process of its own: what reads snapshots must not share one with what writes SQLite.
COMPARE = """
import sys
from pathlib import Path
import guanxi.testing.data as sets
from guanxi.testing.snapshots import snapshot, tables
from server.worker.snapshots.snapshot import TakenSnapshot
from server.worker.snapshots.tables import TABLES
from server.worker.snapshots.taking import take_current
from server.worker.task import Data
name, url, files = sys.argv[1:]
needs = [name for name in TABLES if name != "consents"]
taken, _, whole = take_current(Data(database=url, files=Path(files), where=None, as_of=None), needs, TakenSnapshot)
data = getattr(sets, name)
made = tables(data)
for table, found in whole.items():
    assert found.equals(made[table]), (table, found.to_pylist()[:3], made[table].to_pylist()[:3])
ours = snapshot(data)
for table in needs:
    assert taken.table(table).equals(ours.table(table)), table
assert taken.excluded == ours.excluded
print(len(whole))
"""


@pytest.mark.parametrize("name", ["SHOP", "SINGLE", "ISLANDS", "EMPTY"])
def test_it_is_what_a_worker_reads(name: str, tmp_path: Path) -> None:
    data: DataSet = {"SHOP": SHOP, "SINGLE": SINGLE, "ISLANDS": ISLANDS, "EMPTY": EMPTY}[name]
    database = open_database(f"sqlite:///{migrated(tmp_path / 'a.db')}")
    store(database, data)
    database.engine.dispose()
    command = [sys.executable, "-c", COMPARE, name, f"sqlite:///{tmp_path / 'a.db'}", str(tmp_path / "files")]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout == "17\n"


def test_it_leaves_out_who_refused_and_who_was_not_chosen() -> None:
    made = snapshot()
    assert made.as_of == NOW
    assert 13 not in made.table("customers")["id"].to_pylist()
    assert len(made.graph().source) > len(snapshot(customers=[1, 2, 3]).graph().source) > 0
    assert snapshot(customers=[1, 2, 3]).table("customers")["id"].to_pylist() == [1, 2, 3]
    assert made.names([1, 99]) == ["王伟", "c_99"]
    with pytest.raises(LookupError, match="says that it needs customers"):
        snapshot(needs=["customers"]).table("reviews")
