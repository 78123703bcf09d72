import { IDENTITY, type Mat3, multiply } from '../../protocol/index.js';
import { rotationOf } from '../rotation.js';
import { type CameraModel, clampStep, rotationFromRows } from './camera-model.js';

/** The reference picture's focal length, in half widths of the picture. */
export interface TurningLens {
  readonly focal: number;
}

/** How far a picture is turned and zoomed against the reference. */
export interface Turn {
  readonly rotation: Mat3;
  /** Focal length over the reference's. */
  readonly zoom: number;
}

/**
 * A camera that turns and zooms on its place (a tripod): every picture relates to every other by K·R·K⁻¹, four numbers instead of a
 * homography's eight, whatever the shape of the scene (Hartley 1997, self-calibration of rotating cameras).
 */
export const turningCamera: CameraModel<TurningLens, Turn> = {
  sharedCount: 1,
  viewCount: 4,
  reference: { rotation: IDENTITY, zoom: 1 },
  starts: [{ focal: 2.4 }],
  place({ focal }, { rotation: r, zoom }) {
    const i = 1 / focal;
    const f = focal * zoom;
    return [f * r[0] * i, f * r[1] * i, f * r[2], f * r[3] * i, f * r[4] * i, f * r[5], r[6] * i, r[7] * i, r[8]];
  },
  nearest({ focal }, h) {
    const m = multiply(h, [focal, 0, 0, 0, focal, 0, 0, 0, 1]);
    const row = (r: number) => m.slice(r, r + 3);
    const length = (r: number) => Math.hypot(m[r], m[r + 1], m[r + 2]);
    return { zoom: Math.sqrt(length(0) * length(3)) / length(6) / focal, rotation: rotationFromRows(row(0), row(6)) };
  },
  stepShared: ({ focal }, step, at) => ({ focal: focal * Math.exp(clampStep(step[at])) }),
  stepView: ({ rotation, zoom }, step, at) => ({
    rotation: multiply(rotationOf(step[at], step[at + 1], step[at + 2]), rotation),
    zoom: zoom * Math.exp(clampStep(step[at + 3])),
  }),
  plausible: ({ focal }) => focal > 0.3 && focal < 100,
};
