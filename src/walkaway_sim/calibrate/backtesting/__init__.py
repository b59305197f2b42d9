"""Forecasts held against what came of them."""
