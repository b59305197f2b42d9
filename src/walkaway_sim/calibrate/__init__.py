"""Inputs from history and from people, with what is not known about their parameters."""
