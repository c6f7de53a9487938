"""`python -m server.worker`: one run, told on standard input, reported on standard output."""

from server.worker import process

if __name__ == "__main__":
    process.main()
