"""What comes next: sales and demand in the weeks ahead."""
