"""Files as they come: encodings, marks, compression, and text that is no table."""

import gzip
import tracemalloc
from pathlib import Path

import pytest

from schema.errors import Refused
from schema.quality.importing import reading
from schema.quality.importing.reading import Source

CHINESE = "名称,城市\n王伟,成都\n李娜,“上海”\n"


def read(path: Path, content: bytes, encoding: str = "auto") -> tuple[list[str], list[tuple[int, list[str]]], list[tuple[int, str]]]:
    """(header, records with their lines, broken lines with their complaints)"""
    path.write_bytes(content)
    with Source(path, encoding).open() as found:
        blocks = list(found)
        rows = [(line, row) for block in blocks for line, row in zip(block.lines, block.rows, strict=True)]
        return found.header, rows, [(broken.line, broken.problem.message) for block in blocks for broken in block.broken]


@pytest.mark.parametrize(("content", "encoding"), [
    (CHINESE.encode(), "auto"), (CHINESE.encode("utf-8-sig"), "auto"), (CHINESE.encode("utf-8-sig"), "gbk"),
    (CHINESE.encode("gbk"), "auto"), (CHINESE.encode("gbk"), "gbk"), (CHINESE.encode("gb18030"), "GB2312"),
    (gzip.compress(CHINESE.encode("gbk"), mtime=0), "auto"), (gzip.compress(CHINESE.encode("utf-8-sig"), mtime=0), "utf-8"),
    (CHINESE.replace("\n", "\r\n").encode(), "utf8"), (CHINESE.rstrip("\n").encode(), "auto"),
])
def test_every_encoding_gives_the_same_rows(tmp_path: Path, content: bytes, encoding: str) -> None:
    assert read(tmp_path / "f", content, encoding) == (["名称", "城市"], [(2, ["王伟", "成都"]), (3, ["李娜", "“上海”"])], [])


def test_an_encoding_found_late_in_an_ascii_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BLOCK", 64)
    content = b"a,b\n" + b"1,2\n" * 100 + "3,王伟\n".encode("gbk")
    assert read(tmp_path / "f", content)[1][-1] == (102, ["3", "王伟"])


@pytest.mark.parametrize(("content", "message"), [
    ("n,c\nJosé,Orléans\nMüller,Köln\n".encode("latin-1"), "import_encoding_unclear"),
    ("a,b\n".encode("utf-16"), "import_format"), (b"PK\x03\x04rest", "import_format"), (b"", "import_empty"), (b"\n \n", "import_empty"),
    (gzip.compress(b"a,b\n" * 9999, mtime=0)[:-9], "import_gzip"), (b'a,"b\n', "import_header"), (b"," * 2000 + b"\n", "import_columns"),
])
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(Refused) as refused:
        read(tmp_path / "f", content)
    assert [problem.message for problem in refused.value.problems] == [message]


def test_latin_1_when_it_is_named(tmp_path: Path) -> None:
    assert read(tmp_path / "f", "n\nJosé\n".encode("latin-1"), "latin-1")[1] == [(2, ["José"])]


@pytest.mark.parametrize("name", ["klingon", "utf-16", "rot13", "hex"])
def test_encodings_that_mean_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused, match="import_encoding_unknown"):
        read(tmp_path / "f", b"a\n", name)


@pytest.mark.parametrize("block", [16, 1 << 20])
def test_an_open_quote_costs_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(reading, "BLOCK", block)
    content = b'a,b\n1,"x\n2,y\n3,"two\nlines"\n4,"z"\n'
    _, rows, broken = read(tmp_path / "f", content)
    assert broken == [(2, "import_quote")]
    assert rows == [(3, ["2", "y"]), (4, ["3", "two\nlines"]), (6, ["4", "z"])]


def test_an_open_quote_before_ten_thousand_lines(tmp_path: Path) -> None:
    _, rows, broken = read(tmp_path / "f", b'a,b\n1,"x\n' + b"2,y\n" * 10_000)
    assert broken == [(2, "import_quote")]
    assert len(rows) == 10_000


def test_lines_that_cannot_be_decoded_or_hold_nul(tmp_path: Path) -> None:
    content = "a,b\n王,1\n".encode() + b"\xff\xfe,2\n" + b"x\0,3\n" + "李,4\n".encode()
    assert read(tmp_path / "f", content)[1:] == ([(2, ["王", "1"]), (5, ["李", "4"])], [(3, "import_undecodable"), (4, "import_nul")])


def test_rows_of_another_width(tmp_path: Path) -> None:
    assert read(tmp_path / "f", b"a,b\n1\n\n1,2,3\n1,2\n")[1:] == ([(5, ["1", "2"])], [(2, "import_cells"), (4, "import_cells")])


def test_only_a_line_feed_ends_a_line(tmp_path: Path) -> None:
    content = "a,b\nx\u2028y\x0bz,\x85\n".encode()
    assert read(tmp_path / "f", content)[1] == [(2, ["x\u2028y\x0bz", "\x85"])]


@pytest.mark.parametrize("cell", [b"x" * 10_000_000, b'"' + b"x" * 10_000_000 + b'"', b"x" * 200_000, b'"' + b"x\n" * 5_000 + b'"'],
                         ids=["10 MB", "10 MB in quotes", "200 KB", "5,000 lines"])
def test_a_huge_cell_is_refused_and_the_next_line_read(tmp_path: Path, cell: bytes) -> None:
    _, rows, broken = read(tmp_path / "f", b"a,b\n1," + cell + b"\n2,y\n")
    assert broken[0][0] == 2
    assert broken[0][1] in ("import_line_long", "import_cell_long", "import_quote")
    assert rows[-1][1] == ["2", "y"]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        (tmp_path / "f").write_bytes(b"a,b\n" + b"some,text\n" * rows)
        tracemalloc.start()
        with Source(tmp_path / "f").open() as found:
            assert sum(len(block) for block in found) == rows
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(600_000) < 1.3 * peak(300_000)
