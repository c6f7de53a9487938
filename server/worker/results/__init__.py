"""What an analysis found: checked against the plugin's tables, digested, and written under the run's id."""
