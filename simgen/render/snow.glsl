// Snow that lies on what is level: patches in world coordinates, the same in every picture.

#ifdef SNOW
uniform float snow_cover;
uniform vec4 east, north;   // the world's x and y of a place in the camera's frame

float scattered(ivec2 cell) {
    uint h = uint(cell.x) * 0x8DA6B343u ^ uint(cell.y) * 0xD8163841u;
    h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
    return float((h ^ (h >> 13)) & 0xFFFFu) * (1.0 / 65535.0);
}

float patches(vec2 at) {
    vec2 low = floor(at), f = at - low;
    ivec2 cell = ivec2(low);
    f = f * f * (3.0 - 2.0 * f);
    float near = mix(scattered(cell), scattered(cell + ivec2(1, 0)), f.x);
    return mix(near, mix(scattered(cell + ivec2(0, 1)), scattered(cell + ivec2(1, 1)), f.x), f.y);
}

// Share of a place that is white; `above` is the cosine of its slope, `most` what lies while the cover is 1.
float lying(float above, float most, vec3 place) {
    vec2 at = vec2(dot(east, vec4(place, 1.0)), dot(north, vec4(place, 1.0)));
    float noise = 0.65 * patches(at * 0.9) + 0.35 * patches(at * 3.7);
    float bare = (1.0 - most * snow_cover * smoothstep(0.3, 0.75, above)) * 1.5 - 0.25;
    return smoothstep(bare - 0.25, bare + 0.25, noise);
}
#endif
