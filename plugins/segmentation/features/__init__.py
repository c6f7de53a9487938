"""Features of customers that come from what they bought, looked at and said, and from what is known of them."""
