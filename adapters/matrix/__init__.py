"""Matrix: news as threads, annotations as votes, encrypted rooms. The one package that knows nio."""

from adapters.matrix.network import MatrixNetwork
from adapters.matrix.settings import MatrixSettings

__all__ = ["MatrixNetwork", "MatrixSettings"]
