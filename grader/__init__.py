"""Gradus: checks what students write while they look for a function."""

__version__ = "0.1.0"
