"""What is bought together: association rules between products."""
