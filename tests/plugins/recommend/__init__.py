"""The recommend plugin: its algorithms against hand calculation and scikit-learn, its fields and runs end to end."""
