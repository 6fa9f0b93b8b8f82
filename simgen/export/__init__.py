"""Episodes in the formats that people train on, one file a format."""
