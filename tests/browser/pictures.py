"""How alike two pictures of a page are, told coarsely: fonts and their smoothing differ between machines, a broken layout differs more."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

# One cell stands for 20 x 20 pixels of the window that the tests use.
CELLS = (64, 40)
RESULTS = Path(__file__).resolve().parents[2] / "test-results" / "graphiql"


def keep(picture: bytes, name: str) -> None:
    """Save a screenshot as PNG in `test-results/graphiql`, for a person to look at."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{name}.png").write_bytes(picture)


def coarse(picture: bytes | Path) -> Image.Image:
    """The picture in shades of grey on a grid of `CELLS`: each cell is the mean of its pixels."""
    with Image.open(BytesIO(picture) if isinstance(picture, bytes) else picture) as image:
        return image.convert("L").resize(CELLS, Image.Resampling.BOX)


def difference(left: Image.Image, right: Image.Image) -> float:
    """Mean absolute difference of two coarse pictures: 0 when they are the same, 255 between black and white."""
    return float(ImageStat.Stat(ImageChops.difference(left, right)).mean[0])
