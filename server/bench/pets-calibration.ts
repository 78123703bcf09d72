/** Ground on which points are taken, and how densely, metres. */
const EVERY_M = 2;
const AREA_M = { x: [-16, 8], y: [-20, 6] } as const;
const MARGIN = 0.02;

/**
 * Points of the ground and where a camera calibrated after Tsai (1987) shows them, in the form a project has them.
 * @param xml of the PETS 2009 set, millimetres and radians
 * @param scale of the picture wanted to the one the calibration is for
 */
export function groundPoints(xml: string, scale: number): { image: [number, number]; ground: [number, number] }[] {
  const value = (name: string): number => {
    const found = new RegExp(`\\b${name}="([^"]+)"`).exec(xml);
    if (!found) throw new Error(`the calibration has no ${name}`);
    return Number(found[1]);
  };
  const [f, kappa, cx, cy, sx] = ['focal', 'kappa1', 'cx', 'cy', 'sx'].map(value);
  const [dpx, dpy, tx, ty, tz] = ['dpx', 'dpy', 'tx', 'ty', 'tz'].map(value);
  const [sa, sb, sc] = ['rx', 'ry', 'rz'].map((name) => Math.sin(value(name)));
  const [ca, cb, cc] = ['rx', 'ry', 'rz'].map((name) => Math.cos(value(name)));
  const project = (xM: number, yM: number): [number, number] => {
    const [x, y] = [xM * 1000, yM * 1000];
    const forward = -sb * x + cb * sa * y + tz;
    const right = (f * (cb * cc * x + (cc * sa * sb - ca * sc) * y + tx)) / forward;
    const down = (f * (cb * sc * x + (sa * sb * sc + ca * cc) * y + ty)) / forward;
    // The lens bends what it shows: distorted · (1 + κ r²) = undistorted.
    let bend = 1;
    for (let i = 0; i < 20; i++) bend = 1 + kappa * ((right / bend) ** 2 + (down / bend) ** 2);
    return [scale * ((right / bend / dpx) * sx + cx), scale * (down / bend / dpy + cy)];
  };
  const [width, height] = [scale * value('width'), scale * value('height')];
  const points: { image: [number, number]; ground: [number, number] }[] = [];
  for (let x: number = AREA_M.x[0]; x <= AREA_M.x[1]; x += EVERY_M) {
    for (let y: number = AREA_M.y[0]; y <= AREA_M.y[1]; y += EVERY_M) {
      const [u, v] = project(x, y);
      const inside = u > MARGIN * width && u < (1 - MARGIN) * width && v > 0.17 * height && v < (1 - MARGIN) * height;
      if (inside) points.push({ image: [u, v], ground: [x, y] });
    }
  }
  return points;
}
