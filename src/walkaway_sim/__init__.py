"""How far a supplier can go on every term of a deal before it is better off walking away.

The names are loaded when they are first used: ``import walkaway_sim`` imports neither pandas,
matplotlib nor pydantic.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

__version__ = "0.1.0"
