"""Who is asking: API tokens, one-time sign-in links, sessions of browsers."""
