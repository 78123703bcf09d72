import { apply, type Calibration, depth, type Mat3, type Point, type Size } from '../protocol/index.js';

/**
 * Point pairs exact at a frame: the ground points whose images lie well inside the picture, thinned to at most `most`, spread as far apart as
 * they go (each next one is the farthest from those taken).
 */
export function calibrationFrom(toImage: Mat3, size: Size, candidates: readonly Point[], most = 10): Calibration {
  const margin = 0.04;
  const visible = candidates
    .filter((ground) => depth(toImage, ground) > 0)
    .map((ground) => ({ ground, image: apply(toImage, ground) }))
    .filter(
      ({ image }) =>
        image.x > size.width * margin &&
        image.x < size.width * (1 - margin) &&
        image.y > size.height * margin &&
        image.y < size.height * (1 - margin),
    );
  const first = visible.reduce((best, p) => (p.image.x + p.image.y < best.image.x + best.image.y ? p : best));
  const taken = [first];
  while (taken.length < Math.min(most, visible.length)) {
    const room = (p: (typeof visible)[number]) => Math.min(...taken.map((t) => Math.hypot(t.image.x - p.image.x, t.image.y - p.image.y)));
    taken.push(visible.reduce((best, p) => (room(p) > room(best) ? p : best)));
  }
  return {
    size: [size.width, size.height],
    atMediaTimeUs: 0,
    points: taken.map(({ image, ground }) => ({ image: [image.x, image.y], ground: [ground.x, ground.y] })),
  };
}
