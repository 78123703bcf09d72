// Software rasteriser, AssemblyScript → WebAssembly SIMD. Three primitives: convex polygons (flat, textured in perspective, or water), shaded
// capsules (limbs), and soft ground shadows; then film grain over the frame. Everything is drawn in painter's order into one RGBA target.
// Image coordinates are continuous: pixel (x, y) is sampled at its centre (x + 0.5, y + 0.5).

export { capsules, setLight } from './capsule.as';
export { noiseField } from './noise.as';
export { polygonDepth, polygonDetail, polygonFlat, polygonTexture, polygonWater } from './polygon.as';
export { applyShadows, shadows } from './shadow.as';
export { alloc, copy, fill, grain, setTarget } from './target.as';
export { buildTexture, packTile } from './texture.as';
