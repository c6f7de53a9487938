"""Which customers are alike: groups by what they buy, when and for how much."""
