import { frameTimeUs, type SceneTruth, type SyntheticScene } from '../../protocol/index.js';
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

/** A scene as a camera with this fault shows it. Truth is of the middle of the exposure. */
export function shotOf(name: string, shot: Shot): SyntheticScene {
  if (shot === 'zoom') return zoomed(createScene(name, { size: SIZE, fps: FPS }));
  if (shot === 'rolling shutter' || shot === 'motion blur') {
    return throughShutter(createScene(name, { size: SIZE, fps: { num: FPS.num * INSTANTS, den: FPS.den } }), shot);
  }
  return createScene(name, { size: SIZE, fps: FPS });
}

/** Builds each frame of several instants: bands of rows from one after another, or the mean of them all. */
function throughShutter(fine: SyntheticScene, shot: 'rolling shutter' | 'motion blur'): SyntheticScene {
  const { width, height } = fine.size;
  const out = new Uint8Array(width * height * 4);
  const sums = new Uint16Array(width * height * 4);
  const used = Math.round(INSTANTS * (shot === 'rolling shutter' ? READOUT : SHUTTER));
  const middle = (used - 1) / 2;
  return {
    ...fine,
    fps: FPS,
    render(index) {
      sums.fill(0);
      for (let k = 0; k < used; k++) {
        const picture = fine.render(index * INSTANTS + k);
        if (shot === 'motion blur') for (let i = 0; i < sums.length; i++) sums[i] += picture[i];
        else out.set(picture.subarray(bandStart(k) * width * 4, bandStart(k + 1) * width * 4), bandStart(k) * width * 4);
      }
      if (shot === 'motion blur') for (let i = 0; i < sums.length; i++) out[i] = sums[i] / used;
      return out;
    },
    truth: (index) => ({ ...fine.truth(index * INSTANTS + Math.round(middle)), ...timeOf(index) }),
  };
  function bandStart(k: number): number {
    return Math.round((k * height) / used);
  }
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
