"""Scenarios as data: entities, triggers, actions, events, injections; sampled to concrete ones."""
