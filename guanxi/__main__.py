"""`python -m guanxi`: the same as the command `guanxi`."""

from server.command import main

if __name__ == "__main__":
    main()
