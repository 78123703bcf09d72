import type { Point, TrackingFrame } from '../../../protocol/index.js';
import { GroundView } from '../ground.js';
import { clamp } from '../motion.js';
import type { Stroke } from './manifest.js';

/** Where a stroke's points lie in the picture. */
export interface Place {
  /** Pixels of a point of the stroke's own coordinates; undefined where it lies behind the camera. */
  project(point: Point): Point | undefined;
  /** Whether straight lines are seen curved. */
  readonly bends: boolean;
  /** How much wider than usual a line looks there: perspective, 1 in the middle of the picture. */
  nearness(point: Point): number;
}

/** A line nearer to the camera than the picture's middle looks this much wider at most, and farther away this much thinner. */
const NEAREST = 2.2;
const FARTHEST = 0.45;

/** @returns undefined where it cannot be shown: no pose, the subject is not there. */
export function placeOf(stroke: Stroke, frame: TrackingFrame): Place | undefined {
  if (stroke.anchor === 'screen') {
    return { project: ({ x, y }) => ({ x: x * frame.height, y: y * frame.height }), nearness: () => 1, bends: false };
  }
  const view = GroundView.of(frame.pose, frame);
  if (!view) return undefined;
  const subject = stroke.anchor === 'subject' ? frame.subjects.find((s) => s.trackId === stroke.trackId) : undefined;
  if (stroke.anchor === 'subject' && (!subject || subject.state === 'outside')) return undefined;
  const from = subject?.ground ?? { x: 0, y: 0 };
  const at = ({ x, y }: Point): Point => ({ x: x + from.x, y: y + from.y });
  const usual = middleScale(stroke, at, view);
  return {
    bends: view.lens !== undefined,
    project: (point) => {
      const ground = at(point);
      return view.isVisible(ground) ? view.project(ground) : undefined;
    },
    nearness: (point) => (usual > 0 && view.isVisible(at(point)) ? clamp(view.scaleAt(at(point)) / usual, FARTHEST, NEAREST) : 1),
  };
}

/** The scale at the stroke's own middle: there its line is as wide as was asked for. */
function middleScale({ points }: Stroke, at: (point: Point) => Point, view: GroundView): number {
  const scales = pairs(points)
    .map(at)
    .filter((p) => view.isVisible(p))
    .map((p) => view.scaleAt(p))
    .sort((a, b) => a - b);
  return scales[scales.length >> 1] ?? 0;
}

/** x, y, x, y, … as points. */
export function pairs(numbers: readonly number[]): Point[] {
  return Array.from({ length: numbers.length >> 1 }, (_, i) => ({ x: numbers[2 * i]!, y: numbers[2 * i + 1]! }));
}
