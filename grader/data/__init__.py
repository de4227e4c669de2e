"""Data for the course, made by seeded programs: nothing is downloaded, nothing is real.

Students import it; it needs numpy alone. One file per data set.
"""

from __future__ import annotations

from grader.data.adder import add_bits
from grader.data.channel import END, FIRST_DAY, views
from grader.data.digits import digits8, drawing_table
from grader.data.toys import TOYS, toy

__all__ = ["END", "FIRST_DAY", "TOYS", "add_bits", "digits8", "drawing_table", "toy", "views"]
