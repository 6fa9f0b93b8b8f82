"""What stands in the world: surfaces, lanes, models, materials, weather."""
