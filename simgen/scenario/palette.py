"""What background traffic looks like: which models, which colours, who walks how fast."""

from simgen.sampling import Choice, Normal

CARS = Choice(
    values=(
        "city_car", "supermini", "hatchback", "saloon", "coupe", "sports_car", "estate", "minivan",
        "suv", "suv_large", "offroader", "pickup", "van_small", "van", "minibus",
        "box_truck", "tipper", "refuse_truck", "concrete_mixer", "tank_truck", "bus", "coach",
    ),
    weights=(
        0.04, 0.09, 0.15, 0.11, 0.02, 0.01, 0.09, 0.04,
        0.20, 0.07, 0.02, 0.02, 0.03, 0.04, 0.01,
        0.02, 0.007, 0.007, 0.003, 0.003, 0.015, 0.005,
    ),
)  # fmt: skip
"""Body styles on European roads: passenger cars by segment, then vans, trucks and buses.

Source: ACEA, Vehicles on European roads, January 2024 (about 87 % cars, 10 % vans, 2 % trucks, 0.3 % buses, and about
half of the new cars are SUVs); trucks and buses are raised here, so that small scenes have some; shares within these
groups are estimated.
"""

CAR_PAINTS = Choice(
    values=(
        (0.80, 0.80, 0.78),  # white
        (0.010, 0.010, 0.012),  # black
        (0.11, 0.115, 0.12),  # grey
        (0.45, 0.46, 0.47),  # silver
        (0.015, 0.05, 0.20),  # blue
        (0.35, 0.012, 0.012),  # red
        (0.02, 0.08, 0.03),  # green
        (0.16, 0.09, 0.04),  # brown and beige
        (0.55, 0.30, 0.02),  # yellow and orange
    ),
    weights=(0.34, 0.21, 0.19, 0.08, 0.08, 0.05, 0.01, 0.02, 0.02),
)
"""Linear RGB.

Source of the weights: Axalta, 70th Global Automotive Color Popularity Report, 15 December 2022 (white 34 %, black 21 %,
grey 19 %, blue 8 %, red 5 %, green 1 %, the first three and silver together 82 %; the small rest is divided here).
"""

PEOPLE = Choice(
    values=(
        "adult_man", "adult_woman", "heavy_man", "slim_woman", "businessman", "shopper", "backpacker", "teenager",
        "jogger", "elderly_man", "elderly_woman", "walker_man", "stroller_woman", "vest_woman", "road_worker",
        "police_officer", "child", "schoolchild", "toddler",
    ),
    weights=(
        0.18, 0.18, 0.07, 0.08, 0.06, 0.07, 0.03, 0.05,
        0.04, 0.04, 0.04, 0.01, 0.02, 0.005, 0.01,
        0.005, 0.05, 0.05, 0.01,
    ),
)  # fmt: skip
"""Who walks about: shares are set by us (Eurostat demo_pjan 2023: 15 % under 15, 21 % from 65 years on)."""

CLOTHES = Choice(
    values=(
        (0.02, 0.02, 0.025),
        (0.03, 0.05, 0.12),
        (0.10, 0.10, 0.10),
        (0.30, 0.28, 0.25),
        (0.60, 0.58, 0.55),
        (0.25, 0.03, 0.03),
        (0.03, 0.10, 0.06),
        (0.30, 0.18, 0.05),
        (0.08, 0.20, 0.35),
    ),
    weights=(0.24, 0.20, 0.16, 0.10, 0.10, 0.06, 0.05, 0.05, 0.04),
)
"""Linear RGB of outer clothing: dark colours prevail."""

WALKING_MPS = Normal(mean=1.34, sigma=0.26, low=0.6, high=2.0)
"""Free walking speed. Source: U. Weidmann, Transporttechnik der Fussgaenger, ETH Zuerich IVT 90 (1993)."""
