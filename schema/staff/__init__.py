"""Staff: who works with customers, in which department, with which role, and the tokens that programs use."""
