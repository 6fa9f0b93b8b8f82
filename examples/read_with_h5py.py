"""Reads an episode with h5py alone: the nearest pedestrian in every keyframe, and how much of it is seen."""

import json
import sys

import h5py
import hdf5plugin  # noqa: F401 - registers the Blosc filter

with h5py.File(sys.argv[1]) as file:
    names = json.loads(file["labels/cuboids/class"].attrs["names"])
    cuboids, offsets = file["labels/cuboids"], file["labels/cuboids/offsets"][:]
    classes, distance = cuboids["class"][:], cuboids["distance_m"][:]
    visibility, points = cuboids["visibility"][:], cuboids["lidar_points"][:]
    for k, time_ns in enumerate(file["labels/time_ns"][:]):
        rows = [i for i in range(offsets[k], offsets[k + 1]) if names[classes[i]] in ("pedestrian", "child")]
        if rows:
            i = min(rows, key=lambda row: distance[row])
            print(
                f"{time_ns * 1e-9:5.1f} s  {names[classes[i]]:10s} {distance[i]:5.1f} m away, "
                f"{100 * visibility[i]:3.0f} % visible, {points[i]} lidar points"
            )
