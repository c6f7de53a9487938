"""What the analysis is called, and what its published runs answer for: one slot for each thing that customers may buy."""

NAME = "propensity"
SLOT = "purchaseProbability"
OF_PRODUCT = f"{SLOT}:p_"  # and the product's number
OF_CATEGORY = f"{SLOT}:category:"  # and its name
LONGEST_CATEGORY = 170  # characters: a slot has room for so many
READ = ("commerce.read",)
