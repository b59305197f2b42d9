"""The packaging deal in what a user would pick instead."""
