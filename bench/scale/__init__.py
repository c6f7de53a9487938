"""How the product grows with what it holds and with what it runs on."""
