import { z } from 'zod';
import { invert, type Mat3, multiply, type Point, type Size, scaling } from '../../protocol/index.js';
import { groundToImage } from './camera.js';
import { fitCamera } from './fit-camera.js';
import type { PointMatch } from './matches.js';
import { type ProjectionError, projectionError } from './projection-error.js';

/** Frames with key points and their true ground, to measure calibration on. */
const finite = z.number().finite();
const CalibrationFile = z.object({
  /** The ground's rectangle from (0, 0), metres. */
  pitchM: z.tuple([finite.positive(), finite.positive()]),
  frames: z
    .array(
      z.object({
        frame: z.union([z.string(), z.number()]).transform(String),
        size: z.tuple([finite.positive(), finite.positive()]),
        points: z.array(
          z.object({ image: z.tuple([finite, finite]), groundM: z.tuple([finite, finite]), confidence: finite.min(0).max(1).default(1) }),
        ),
        /** Truth, row-major; read after solving. */
        imageToGroundM: z.tuple([finite, finite, finite, finite, finite, finite, finite, finite, finite]),
      }),
    )
    .min(1),
});

/** One frame's result; no error where it could not be calibrated. */
export interface CalibratedFrame {
  readonly frame: string;
  readonly points: number;
  readonly believed: number;
  readonly error: ProjectionError | undefined;
}

/**
 * Calibrates every frame of a file from its key points alone and compares with the truth.
 * @param text JSON: `pitchM`, `frames` of `frame`, `size`, `points` (`image`, `groundM`, `confidence`), `imageToGroundM`
 * @throws Error with one line that names the place when the text is not such a file
 */
export function calibrateFile(text: string): CalibratedFrame[] {
  const { pitchM, frames } = parse(text);
  const extent = { x: pitchM[0], y: pitchM[1] };
  return frames.map(({ frame, size, points, imageToGroundM }) => {
    const picture = { width: size[0], height: size[1] };
    const matches = points.map(({ image, groundM, confidence }) => ({
      image: { x: image[0], y: image[1] },
      ground: { x: groundM[0], y: groundM[1] },
      confidence,
    }));
    const best = calibrated(matches, picture);
    const error = best && projectionError(imageToGroundM, best.imageToGround, extent, picture);
    return { frame, points: points.length, believed: best?.believed ?? 0, error };
  });
}

/** Such files may count y either way round; whichever more points agree with is meant. */
function calibrated(matches: readonly PointMatch[], size: Size): { imageToGround: Mat3; believed: number } | undefined {
  let best: { imageToGround: Mat3; believed: number } | undefined;
  for (const turned of [1, -1]) {
    const ground = (p: Point) => ({ x: p.x, y: p.y * turned });
    const fit = fitCamera(
      matches.map((m) => ({ ...m, ground: ground(m.ground) })),
      size,
    );
    const back = fit && invert(groundToImage(fit.camera));
    if (!fit || !back) continue;
    const believed = fit.believed.filter(Boolean).length;
    if (!best || believed > best.believed) best = { imageToGround: multiply(scaling(1, turned), back), believed };
  }
  return best;
}

function parse(text: string): z.infer<typeof CalibrationFile> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = CalibrationFile.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${issue.path.join('.') || 'file'}: ${issue.message}`);
}
