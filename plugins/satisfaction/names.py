"""What the analysis is called, and what its published runs answer for."""

NAME = SLOT = "satisfaction"
READ = ("surveys.read",)
PERSONAL = ("surveys.read", "pii.read")  # what one customer said is theirs: few may see it
