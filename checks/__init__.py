"""What `make check` looks at beyond lint and types. Each module holds one check: a function from a folder to a list of complaints."""
