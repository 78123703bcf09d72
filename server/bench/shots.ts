import {
  apply,
  frameTimeUs,
  invert,
  type Mat3,
  multiply,
  type PointPair,
  type SceneTruth,
  type SyntheticScene,
} from '../../protocol/index.js';
import { createScene } from '../../simulation/index.js';

/** What a real camera does to a scene that a drawn one does not. */
export type Shot = 'as drawn' | 'rolling shutter' | 'motion blur' | 'zoom' | '1 Mbit/s';
export const SHOTS: readonly Shot[] = ['as drawn', 'rolling shutter', 'motion blur', 'zoom', '1 Mbit/s'];

const SIZE = { width: 1280, height: 720 };
const FPS = { num: 30, den: 1 };
/** Instants drawn for one frame. */
const INSTANTS = 10;
/** Share of a frame's time that its rows are read in, and that the shutter is open. */
const READOUT = 0.5;
const SHUTTER = 0.5;

/** A scene as a camera with this fault shows it. Truth is of the middle of the exposure, and so are the points it is calibrated with. */
export interface ShotScene extends SyntheticScene {
  /** Ground → image as a row of a frame shows it, where rows differ. */
  rowGroundToImage?(frameIndex: number, y: number): Mat3;
}

export function shotOf(name: string, shot: Shot): ShotScene {
  if (shot === 'zoom') return zoomed(createScene(name, { size: SIZE, fps: FPS }));
  if (shot === 'rolling shutter' || shot === 'motion blur') {
    return throughShutter(createScene(name, { size: SIZE, fps: { num: FPS.num * INSTANTS, den: FPS.den } }), shot);
  }
  return createScene(name, { size: SIZE, fps: FPS });
}

/** Builds each frame of several instants: every row at its own, or the mean of them all. */
function throughShutter(fine: SyntheticScene, shot: 'rolling shutter' | 'motion blur'): ShotScene {
  const { width, height } = fine.size;
  const out = new Uint8Array(width * height * 4);
  const sums = new Uint16Array(width * height * 4);
  const rolling = shot === 'rolling shutter';
  const used = Math.round(INSTANTS * (rolling ? READOUT : SHUTTER));
  const middle = Math.round((used - 1) / 2);
  // Every row asks: the truth of an instant is dear, so those of one frame are kept.
  const known = new Map<number, Mat3>();
  const place = (index: number, k: number): Mat3 => {
    const instant = Math.max(0, index * INSTANTS + k);
    const groundToImage = known.get(instant) ?? fine.truth(instant).groundToImage;
    if (known.size > 2 * INSTANTS) known.clear();
    known.set(instant, groundToImage);
    return groundToImage;
  };
  const instantOf = (y: number) => (y / height) * used - 0.5;
  const first = fine.truth(middle).groundToImage;
  const { calibration } = fine.setup;
  const points = calibration?.points.map(({ ground: [x, y] }): PointPair => {
    const at = apply(first, { x, y });
    return { ground: [x, y], image: [at.x, at.y] };
  });
  return {
    ...fine,
    fps: FPS,
    setup: { ...fine.setup, ...(calibration && points ? { calibration: { ...calibration, points } } : {}) },
    render(index) {
      sums.fill(0);
      for (let k = 0; k < used; k++) {
        const picture = fine.render(index * INSTANTS + k);
        if (rolling) readRows(picture, index, k);
        else for (let i = 0; i < sums.length; i++) sums[i] += picture[i];
      }
      if (!rolling) for (let i = 0; i < sums.length; i++) out[i] = sums[i] / used;
      return out;
    },
    truth: (index) => ({ ...fine.truth(index * INSTANTS + middle), ...timeOf(index) }),
    ...(rolling ? { rowGroundToImage: (index, y) => placeAt(index, instantOf(y)) } : {}),
  };

  /** Where the ground is seen between two instants. */
  function placeAt(index: number, instant: number): Mat3 {
    const k = Math.floor(instant);
    return mixed(place(index, k), place(index, k + 1), instant - k);
  }

  /** The rows read nearest to one instant, each carried by the ground's motion to the moment it is read at itself. */
  function readRows(picture: Uint8Array, index: number, k: number): void {
    const here = place(index, k);
    for (let y = Math.round((k * height) / used); y < Math.round(((k + 1) * height) / used); y++) {
      const back = invert(placeAt(index, instantOf(y + 0.5)));
      if (back) sampleRow(picture, out, y, multiply(here, back), fine.size);
    }
  }
}

/** One row of a picture of which each pixel is seen elsewhere in another one (bilinear). */
function sampleRow(from: Uint8Array, to: Uint8Array, y: number, toFrom: Mat3, { width, height }: SyntheticScene['size']): void {
  for (let x = 0; x < width; x++) {
    const { x: px, y: py } = apply(toFrom, { x: x + 0.5, y: y + 0.5 });
    const u = Math.max(0, Math.min(width - 1.001, px - 0.5));
    const v = Math.max(0, Math.min(height - 1.001, py - 0.5));
    const [fx, fy] = [u - Math.floor(u), v - Math.floor(v)];
    const at = (Math.floor(v) * width + Math.floor(u)) * 4;
    const below = at + width * 4;
    for (let c = 0; c < 4; c++) {
      const top = from[at + c] + fx * (from[at + 4 + c] - from[at + c]);
      const bottom = from[below + c] + fx * (from[below + 4 + c] - from[below + c]);
      to[(y * width + x) * 4 + c] = top + fy * (bottom - top) + 0.5;
    }
  }
}

function mixed(a: Mat3, b: Mat3, share: number): Mat3 {
  const [la, lb] = [Math.hypot(...a), Math.hypot(...b)];
  const m = (i: number) => (a[i] / la) * (1 - share) + (b[i] / lb) * share;
  return [m(0), m(1), m(2), m(3), m(4), m(5), m(6), m(7), m(8)];
}

/** The operator zooms in by a third and back, every ten seconds: the picture's middle enlarged. */
function zoomed(scene: SyntheticScene): SyntheticScene {
  const { width, height } = scene.size;
  const out = new Uint8Array(width * height * 4);
  const factor = (index: number) => 1.17 - 0.17 * Math.cos((2 * Math.PI * index * FPS.den) / FPS.num / 10);
  return {
    ...scene,
    render(index) {
      const from = scene.render(index);
      const z = 1 / factor(index);
      for (let y = 0; y < height; y++) {
        const v = Math.max(0, (y + 0.5 - height / 2) * z + height / 2 - 0.5);
        const y0 = Math.min(height - 2, Math.floor(v));
        const fy = v - y0;
        for (let x = 0; x < width; x++) {
          const u = Math.max(0, (x + 0.5 - width / 2) * z + width / 2 - 0.5);
          const x0 = Math.min(width - 2, Math.floor(u));
          const fx = u - x0;
          const at = (y0 * width + x0) * 4;
          const below = at + width * 4;
          for (let c = 0; c < 4; c++) {
            const top = from[at + c] + fx * (from[at + 4 + c] - from[at + c]);
            const bottom = from[below + c] + fx * (from[below + 4 + c] - from[below + c]);
            out[(y * width + x) * 4 + c] = top + fy * (bottom - top) + 0.5;
          }
        }
      }
      return out;
    },
    truth(index) {
      const truth = scene.truth(index);
      const z = factor(index);
      const [a, b, c, d, e, f, g, h, i] = truth.groundToImage;
      const [ox, oy] = [(1 - z) * (width / 2), (1 - z) * (height / 2)];
      const groundToImage = [
        z * a + ox * g,
        z * b + ox * h,
        z * c + ox * i,
        z * d + oy * g,
        z * e + oy * h,
        z * f + oy * i,
        g,
        h,
        i,
      ] as const;
      return { ...truth, groundToImage };
    },
  };
}

function timeOf(index: number): Pick<SceneTruth, 'frameIndex' | 'mediaTimeUs'> {
  return { frameIndex: index, mediaTimeUs: frameTimeUs(index, FPS) };
}
