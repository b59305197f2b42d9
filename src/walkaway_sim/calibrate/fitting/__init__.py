"""Distributions fitted to a column of data."""
