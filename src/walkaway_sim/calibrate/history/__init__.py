"""Inputs of a deal from tidy histories."""
