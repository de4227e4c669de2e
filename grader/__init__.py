"""Gradus: checks what students write while they look for a function."""
