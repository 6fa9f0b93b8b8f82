"""How close to an accident: measures that triggers, labels and reports share."""
