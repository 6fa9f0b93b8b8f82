"""One HDF5 file an episode: written as a stream, read lazily, checked against its own truth."""
