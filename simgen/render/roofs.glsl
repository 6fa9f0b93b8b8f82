// Roofed stretches, in the camera's frame: daylight comes in at their ends alone, lamps light what lies between.

const int ROOFS = 48;
uniform int roofs;
uniform vec4 roof_from[ROOFS];   // middle of the floor, metres from the roof's first end
uniform vec4 roof_to[ROOFS];
uniform vec4 roof_size[ROOFS];   // half width, height, length of the whole roof, light of its lamps
uniform vec3 roof_light;         // radiance of a white surface that lamps of strength 1 light

const float OPENING_M = 6.0;     // an end's half diagonal: its solid angle falls with the square of the distance to it

// Share of the sky's light that comes to a place, and what lamps give instead.
vec2 under_roof(vec3 place) {
    for (int k = 0; k < roofs; ++k) {
        vec3 along = roof_to[k].xyz - roof_from[k].xyz;
        vec3 way = place - roof_from[k].xyz;
        float share = dot(way, along) / dot(along, along);
        vec3 off = way - share * along;
        float high = dot(off, up);
        vec3 aside = off - high * up;
        bool inside = abs(share - 0.5) < 0.52 && high > -1.0 && high < roof_size[k].y;
        if (inside && dot(aside, aside) < roof_size[k].x * roof_size[k].x) {
            float station = mix(roof_from[k].w, roof_to[k].w, share);
            float deep = max(min(station, roof_size[k].z - station), 0.0) / OPENING_M;
            float open = 1.0 / (1.0 + deep * deep);
            return vec2(open, (1.0 - open) * roof_size[k].w);
        }
    }
    return vec2(1.0, 0.0);
}
