// The one lighting model: what a surface point looks like, whichever engine found it. All vectors in the camera's frame.

uniform sampler2DArray textures;
uniform vec3 up;
uniform vec3 to_sun;
uniform vec3 sun;          // radiance of a white surface that faces it, exposed
uniform vec3 sky_light;    // the same under the whole sky
uniform vec3 ground_light;
uniform vec3 horizon;      // radiance of the sky low and high, for reflections
uniform vec3 zenith;
#ifdef SHADOW
uniform sampler2DShadow shadows;   // the fine map in the left half, the wide one in the right
uniform vec3 wide_from_fine;       // scale, offset
#endif
#ifdef FOG
uniform float extinction;
uniform vec3 airlight;
#endif
#ifdef HEADLIGHTS
uniform vec3 lamp_at;
uniform vec3 lamp_along;
uniform vec3 lamp_light;
#endif

// Extended Reinhard with white at 4, then the sRGB curve as a sum of roots (error under 0.3 %).
// Source: E. Reinhard et al., Photographic tone reproduction, SIGGRAPH 2002, eq. 4; IEC 61966-2-1.
vec3 developed(vec3 light) {
    vec3 x = light * (1.0 + light * (1.0 / 16.0)) / (1.0 + light);
    vec3 a = sqrt(x);
    vec3 b = sqrt(a);
    vec3 c = sqrt(b);
    return 0.662002687 * a + 0.684122060 * b - 0.323583601 * c - 0.0225411470 * x;
}

#ifdef SHADOW
// Share of the sun's light that arrives, filtered over 2 x 2 texels by the sampler.
float lit_by_sun(vec3 near) {
    vec2 distance = abs(near.xy - 0.5);
    bool fine = max(distance.x, distance.y) < 0.495;
    vec2 wide = clamp(near.xy * wide_from_fine.x + wide_from_fine.yz, 0.002, 0.998);
    vec2 where = fine ? near.xy : wide;
    return texture(shadows, vec3(where.x * 0.5 + (fine ? 0.0 : 0.5), where.y, near.z));
}
#endif

vec3 shade(vec3 position, vec3 normal, vec3 albedo, vec2 finish, vec3 emission, vec3 shadow_at) {
    float range2 = dot(position, position);
    float inverse_range = inversesqrt(range2);
    vec3 view = position * -inverse_range;
    vec3 n = normal * inversesqrt(max(dot(normal, normal), 1e-12));
    float facing = max(dot(n, view), 0.02);
    float roughness = finish.x;
    float metallic = finish.y;
    vec3 diffuse = albedo * (1.0 - metallic);
    vec3 f0 = mix(vec3(0.04), albedo, metallic);

    float above = dot(n, up);
    vec3 light = mix(ground_light, sky_light, above * 0.5 + 0.5);
    vec3 result = diffuse * light;

    // Reflection of the sky, blurred by roughness; Fresnel as C. Schlick 1994 with a cap for rough surfaces.
    float grazing = 1.0 - facing;
    float grazing2 = grazing * grazing;
    float fresnel = grazing2 * grazing2 * grazing;
    float smoothness = 1.0 - roughness;
    vec3 mirrored = f0 + (max(vec3(smoothness), f0) - f0) * fresnel;
    float reflected_up = 2.0 * dot(n, view) * above - dot(view, up);
    float high = clamp(reflected_up, 0.0, 1.0);
    vec3 heaven = mix(horizon, zenith, high * (2.0 - high));
    vec3 around = mix(ground_light * 0.3, heaven, clamp(reflected_up * 8.0 + 0.5, 0.0, 1.0));
    result += mirrored * mix(around, light, roughness);

#ifdef SHADOW
    // Direct sun: Lambert and GGX with a fitted visibility term.
    // Source: B. Walter et al., EGSR 2007, eq. 33; B. Karis, SIGGRAPH 2013 course; J. McGuire's Mobile fit (UE4 mobile).
    float cosine = dot(n, to_sun);
    float share = clamp(cosine, 0.0, 1.0) * lit_by_sun(shadow_at);
    vec3 halfway = view + to_sun;
    float inverse_half = inversesqrt(max(dot(halfway, halfway), 1e-8));
    float nh = clamp(dot(n, halfway) * inverse_half, 0.0, 1.0);
    float vh = dot(view, halfway) * inverse_half;
    float alpha = max(roughness * roughness, 0.02);
    float spread = nh * nh * (alpha * alpha - 1.0) + 1.0;
    float lobe = alpha * alpha / (spread * spread * (4.0 * alpha + 2.0) * max(vh * vh, 0.1));
    result += sun * share * (diffuse + f0 * lobe);
#endif
#ifdef HEADLIGHTS
    vec3 from_lamp = position - lamp_at;
    float lamp_range2 = dot(from_lamp, from_lamp) + 0.5;
    float lamp_inverse = inversesqrt(lamp_range2);
    float beam = dot(from_lamp, lamp_along) * lamp_inverse;
    float cone = clamp((beam - 0.80) * 6.0, 0.0, 1.0);
    float against = clamp(-dot(n, from_lamp) * lamp_inverse, 0.0, 1.0);
    result += diffuse * lamp_light * (cone * cone * against / lamp_range2);
#endif
    result += emission;
#ifdef FOG
    // Beer-Lambert along the ray.
    float passed = exp(-extinction * range2 * inverse_range);
    result = mix(airlight, result, passed);
#endif
    return developed(result);
}
