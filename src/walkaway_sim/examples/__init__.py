"""Example deals that ship with the package."""

from walkaway_sim.examples.shelf import EXAMPLES, example_path

__all__ = ["EXAMPLES", "example_path"]
