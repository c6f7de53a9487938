"""Demo data: a part of Online Retail with people and ties around it, loaded through the same doors as anybody's data, and measured.

What the files are, where they come from and what of them is made up stands in data/README.md. examples/demo makes them.
"""

from server.demo.loading import load as load
from server.demo.measuring import MEASURED as MEASURED
from server.demo.measuring import measure as measure
