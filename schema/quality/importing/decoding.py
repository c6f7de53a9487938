"""Bytes to lines of text: UTF-8 with or without its mark, GB18030 (and with it GBK), or whatever encoding is named."""

import codecs
import io
import re
from dataclasses import dataclass, field

from schema.errors import ErrorCode, Problem, Refused, problem

CHINESE = frozenset({"gbk", "gb2312", "cp936", "gb18030", "ms936", "936"})
PAIRS = re.compile(rb"[\x81-\xfe][\x40-\xfe]")
COMMON_PAIRS = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")


def codec_of(name: str) -> str | None:
    """The codec for an encoding's name; None for "auto". Raises `Refused` for names that mean nothing here.

    GBK is read as GB18030, which contains it. Encodings in which a line's end is not one byte (UTF-16) are refused.
    """
    if name.lower() == "auto":
        return None
    if name.lower() in CHINESE:
        return "gb18030"
    try:
        if b"a,\n".decode(name) == "a,\n":
            return codecs.lookup(name).name
    except (LookupError, UnicodeError):
        pass
    raise Refused(problem(ErrorCode.INVALID, "import_encoding_unknown", encoding=name))


@dataclass
class Lines:
    """Lines with their ends, and what is wrong with some of them by index. Undecodable bytes stand in the text as \\xNN."""

    text: list[str]
    bad: dict[int, Problem] = field(default_factory=dict)


class Decoder:
    """Decodes whole lines. With no codec given, the first bytes beyond ASCII decide between UTF-8 and GB18030."""

    def __init__(self, codec: str | None):
        self.codec = codec

    def decode(self, data: bytes) -> Lines:
        codec = self.codec or self._detect(data)
        try:
            lines = Lines(split_lines(data.decode(codec)))
        except UnicodeDecodeError:
            lines = self._decode_singly(data, codec)
        if b"\0" in data:
            for index, line in enumerate(lines.text):
                if "\0" in line:
                    lines.text[index] = line.replace("\0", "\\x00")
                    lines.bad[index] = problem(ErrorCode.INVALID, "import_nul")
        return lines

    def _detect(self, data: bytes) -> str:
        if data.isascii():
            return "utf-8"
        self.codec = detect(data)
        return self.codec

    @staticmethod
    def _decode_singly(data: bytes, codec: str) -> Lines:
        lines = Lines([])
        for line in io.BytesIO(data):
            try:
                lines.text.append(line.decode(codec))
            except UnicodeDecodeError:
                lines.bad[len(lines.text)] = problem(ErrorCode.INVALID, "import_undecodable", encoding=codec)
                lines.text.append(line.decode(codec, errors="backslashreplace"))
        return lines


def split_lines(text: str) -> list[str]:
    """Lines with their ends. Only LF ends a line: str.splitlines would also break at U+2028 and its like."""
    return io.StringIO(text, newline="\n").readlines()


def detect(data: bytes) -> str:
    """UTF-8 or GB18030, by the lines beyond ASCII. Raises `Refused` when neither is likely.

    A text in Latin-1 often is valid GB18030 by chance, so pairs of bytes must mostly be those of everyday Chinese.
    """
    foreign = [line for line in data.split(b"\n") if not line.isascii()]
    if sum(decodes(line, "utf-8") for line in foreign) * 2 > len(foreign):
        return "utf-8"
    pairs, common = (sum(len(pattern.findall(line)) for line in foreign) for pattern in (PAIRS, COMMON_PAIRS))
    if sum(decodes(line, "gb18030") for line in foreign) * 2 > len(foreign) and common * 10 >= pairs * 7:
        return "gb18030"
    raise Refused(problem(ErrorCode.INVALID, "import_encoding_unclear"))


def decodes(line: bytes, codec: str) -> bool:
    try:
        line.decode(codec)
    except UnicodeDecodeError:
        return False
    return True
