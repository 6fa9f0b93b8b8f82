"""The shortest way over lanes."""

import heapq
from collections.abc import Callable, Iterable

# What a lane change counts for in metres, so that a route changes lanes only where that leads somewhere.
LANE_CHANGE_M = 5.0


def shortest_way(start: str, goal: str, steps: Callable[[str], Iterable[tuple[str, float]]]) -> tuple[str, ...]:
    """Dijkstra's algorithm: names from start to goal, () where there is no way.

    Args:
        start: where to begin.
        goal: where to arrive.
        steps: what follows a name, and how far that is.
    """
    came_from: dict[str, str] = {}
    far = {start: 0.0}
    queue: list[tuple[float, int, str]] = [(0.0, 0, start)]
    closed: set[str] = set()
    while queue:
        distance, _, here = heapq.heappop(queue)
        if here == goal:
            way = [goal]
            while way[-1] != start:
                way.append(came_from[way[-1]])
            return tuple(reversed(way))
        if here in closed:
            continue
        closed.add(here)
        for following, length in steps(here):
            total = distance + length
            if total < far.get(following, float("inf")):
                far[following] = total
                came_from[following] = here
                # The number of names seen decides between equals: the same way every time.
                heapq.heappush(queue, (total, len(far), following))
    return ()
