"""Make the files of the demo from the whole of Online Retail: `python -m examples.demo.make online_retail.csv.gz`.

Everything that is left to chance comes from one seed, so the same file in gives the same files out.
"""

import argparse
import csv
import gzip
import io
from collections.abc import Iterable
from pathlib import Path
from random import Random

from examples.demo import browsing, interests, opinions, people, purchases, surveying, ties
from examples.demo.purchases import Buyer, Row

SEED = "guanxi"
FOLDER = Path(__file__).resolve().parents[2] / "server" / "demo" / "data"


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the files of the demo.")
    parser.add_argument("online_retail", type=Path, help="online_retail.csv.gz, all 541,909 rows")
    parser.add_argument("--into", type=Path, default=FOLDER, metavar="FOLDER", help="where to put the files  [server/demo/data]")
    arguments = parser.parse_args()
    make(arguments.online_retail, arguments.into)


def make(online_retail: Path, folder: Path) -> None:
    rows, buyers = purchases.choose(purchases.read(online_retail), chance("purchases"))
    usual = interests.usual_shares(buyers)
    customers = [people.customer(buyer, interests.interests(buyer, usual), chance("customer", buyer)) for buyer in buyers]
    products = sorted({row["StockCode"] for buyer in buyers for row in buyer.bought})
    write(folder / "transactions.csv.gz", purchases.COLUMNS, rows)
    write(folder / "customers.csv", people.COLUMNS, customers)
    write(folder / "consents.csv", people.CONSENTS, (row for buyer in buyers for row in people.consents(buyer, chance("consents", buyer))))
    write(folder / "reviews.csv", opinions.COLUMNS,
          (row for buyer, customer in zip(buyers, customers, strict=True)
           for row in opinions.reviews(buyer, customer["language"], chance("reviews", buyer))))
    write(folder / "browse_events.csv.gz", browsing.COLUMNS,
          (row for buyer in buyers for row in browsing.browse_events(buyer, products, chance("browsing", buyer))))
    write(folder / "survey_responses.csv", surveying.COLUMNS,
          (row for buyer, customer in zip(buyers, customers, strict=True)
           for row in surveying.responses(buyer, customer, chance("survey", buyer))))
    write(folder / "relationships.csv", ties.COLUMNS, ties.ties(customers, chance("ties")))


def chance(subject: str, buyer: Buyer | None = None) -> Random:
    """A source of chance for each subject and customer, so that a change to one leaves the others as they are."""
    return Random(f"{SEED} {subject} {buyer.number if buyer else ''}")  # noqa: S311  (nothing here is secret)


def write(path: Path, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    data = text.getvalue().encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


if __name__ == "__main__":
    main()
