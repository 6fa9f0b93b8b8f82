"""Drives through a cut-in with a policy that keeps its lane and its speed, and prints what it gets."""

import gymnasium
import numpy as np

import simgen  # noqa: F401 - registers the environment

env = gymnasium.make("simgen/Drive-v0", scenario="cut_in", rig="rl_front")
observation, info = env.reset(seed=3)
total = 0.0
terminated = truncated = False
while not (terminated or truncated):
    speed, yaw_rate, _, _, offset, _ = observation["state"]
    action = np.array([-0.05 * offset - 0.3 * yaw_rate, 0.2 * (15.0 - speed)], np.float32)
    observation, reward, terminated, truncated, info = env.step(np.clip(action, -1.0, 1.0))
    total += reward
print(f"return {total:.1f} after {info['time_s']:.1f} s, {'touched somebody' if terminated else 'unharmed'}")
env.close()
