"""`python -m grader`: the same as the command `grader`."""

import sys

from grader.cli import main

# Workers import this module again under another name.
if __name__ == "__main__":
    sys.exit(main())
