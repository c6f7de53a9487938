"""The columns of the features that a run asks for."""

from guanxi import FeatureColumn, InsufficientData, InvalidParameters, Snapshot
from plugins.segmentation.start import MOST_FEATURES, SegmentationRunStartInput


def columns_of(snapshot: Snapshot, start: SegmentationRunStartInput) -> list[FeatureColumn]:
    """Errors say at which feature they came up."""
    found: list[FeatureColumn] = []
    for at, name in enumerate(start.features):
        try:
            found += snapshot.features(name, *start.bounds)
        except InvalidParameters as error:
            raise InvalidParameters(str(error), "features", str(at)) from None
        except InsufficientData as error:
            raise InsufficientData(f"{name}: {error}") from None
    if len(found) > MOST_FEATURES:
        raise InvalidParameters(f"These features have {len(found)} columns together; at most {MOST_FEATURES} are taken.", "features")
    return found
