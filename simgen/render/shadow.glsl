// The sun's shadow maps: a fine one in the left half of the texture, a wide one in the right.

uniform sampler2DShadow shadows;
uniform vec4 wide_from_fine;   // scale, offset, what is added to z

// Share of the sun's light that arrives, filtered over 2 x 2 texels by the sampler.
float sunshine(vec3 fine) {
    vec2 off = abs(fine.xy - 0.5);
    bool near = max(off.x, off.y) < 0.495;
    vec2 wide = fine.xy * wide_from_fine.x + wide_from_fine.yz;
    bool beyond = max(abs(wide.x - 0.5), abs(wide.y - 0.5)) > 0.498;
    vec2 where = near ? fine.xy : wide;
    return texture(shadows, vec3(where.x * 0.5 + (near ? 0.0 : 0.5), where.y, beyond ? -1.0 : near ? fine.z : fine.z + wide_from_fine.w));
}
