// The lighting model of surfaces that mirror: what a surface point looks like, whichever engine found it. Needs light.glsl.

#include "lamps.glsl"

struct Surface {
    vec3 albedo;
    float roughness;
    vec3 emission;
    float metallic;
};

vec3 shade(vec3 position, vec3 normal, Surface surface, float arriving) {
    vec3 view = position * -inversesqrt(dot(position, position));
    vec3 n = normal * inversesqrt(max(dot(normal, normal), 1e-12));
    float facing = max(dot(n, view), 0.02);
    float roughness = surface.roughness;
    vec3 diffuse = surface.albedo * (1.0 - surface.metallic);
    vec3 f0 = mix(vec3(0.04), surface.albedo, surface.metallic);
    float above = dot(n, up);
    vec3 light = ambient(above, position);
    vec3 result = surface.emission + diffuse * light;

    // Reflection of the sky, blurred by roughness; Fresnel as C. Schlick 1994 with a cap for rough surfaces.
    float grazing = 1.0 - facing;
    float grazing2 = grazing * grazing;
    vec3 mirrored = f0 + (max(vec3(1.0 - roughness), f0) - f0) * (grazing2 * grazing2 * grazing);
    float rising = 2.0 * dot(n, view) * above - dot(view, up);
    float high = clamp(rising, 0.0, 1.0);
    vec3 heaven = mix(horizon, zenith, high * (2.0 - high));
    vec3 around = mix(ground_light * 0.6, heaven, clamp(rising * 8.0 + 0.5, 0.0, 1.0));
    result += mirrored * mix(around * openness(position), light, roughness);

    // Direct sun: Lambert, and GGX with a fitted visibility term.
    // Source: B. Walter et al., EGSR 2007, eq. 33; visibility and Fresnel: B. Karis, Physically Based Shading on Mobile, 2014.
    float share = clamp(dot(n, to_sun), 0.0, 1.0) * arriving;
    vec3 halfway = view + to_sun;
    float inverse_half = inversesqrt(max(dot(halfway, halfway), 1e-8));
    float nh = clamp(dot(n, halfway) * inverse_half, 0.0, 1.0);
    float vh = dot(view, halfway) * inverse_half;
    float alpha = max(roughness * roughness, 0.02);
    float spread = nh * nh * (alpha * alpha - 1.0) + 1.0;
    float lobe = alpha * alpha / (spread * spread * (4.0 * alpha + 2.0) * max(vh * vh, 0.1));
    result += sun * share * (diffuse + f0 * lobe);
#ifdef LAMPS
    result += lamplight(position, n, view, diffuse, f0, roughness);
#endif
    return result;
}
