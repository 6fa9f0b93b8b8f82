"""Gymnasium environments over the same simulation and sensors; ids are registered by entry point."""


def register() -> None:
    """Makes `gymnasium.make("simgen/Drive-v0")` work; Gymnasium calls it when it is imported."""
    from gymnasium.envs.registration import register as register_id

    register_id(id="simgen/Drive-v0", entry_point="simgen.envs.drive:DriveEnv", disable_env_checker=False)
