import type { Point, TrackingFrame, UnderFeet } from '../../../protocol/index.js';
import { GroundView } from '../../graphics/ground.js';
import { inPicture } from '../../graphics/under-feet.js';

/** Pixels of the picture beside the one that is clicked: the middle one of all takes noise out, and leaves what is narrow its own colour. */
const BESIDE_PX = 1;

/** The colour of a picture around a place, `#rrggbb`. @param at shares of its width and height */
export function colourAt(image: HTMLImageElement, at: Point): string | undefined {
  const side = 2 * BESIDE_PX + 1;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [side, side];
  const context = canvas.getContext('2d');
  const { naturalWidth, naturalHeight } = image;
  if (!context || naturalWidth < side || naturalHeight < side) return undefined;
  const from = (share: number, length: number): number => Math.max(0, Math.min(length - side, Math.floor(share * length) - BESIDE_PX));
  context.drawImage(image, from(at.x, naturalWidth), from(at.y, naturalHeight), side, side, 0, 0, side, side);
  const { data } = context.getImageData(0, 0, side, side);
  const middle = [0, 1, 2].map((channel) => {
    const levels = [...data.filter((_, i) => i % 4 === channel)].sort((a, b) => a - b);
    return levels[levels.length >> 1] ?? 0;
  });
  return `#${middle.map((c) => c.toString(16).padStart(2, '0')).join('')}`;
}

/** What is shown over the preview while somebody points out what lies under the feet. */
export interface Shown {
  readonly underFeet: UnderFeet;
  /** Id of the key that clicks go to. */
  readonly selected: string;
  /** Corners of a region that is not closed yet, metres. */
  readonly corners: readonly (readonly [number, number])[];
  /** Foot of a pole whose top is not clicked yet, metres. */
  readonly foot: Point | undefined;
  /** Where the keyboard points, source pixels. */
  readonly cross: Point | undefined;
}

/** @param scale pixels of the sheet a source pixel @param thin width of a thin line on the sheet */
export function paintFeet(context: CanvasRenderingContext2D, frame: TrackingFrame, shown: Shown, scale: number, thin: number): void {
  const view = frame.pose.unit === 'm' ? GroundView.of(frame.pose, frame) : undefined;
  const path = (points: readonly Point[], closed: boolean): void => {
    context.beginPath();
    for (const { x, y } of points) context.lineTo(x * scale, y * scale);
    if (closed) context.closePath();
  };
  /** Dark under bright: seen on grass and on snow. */
  const stroke = (colour: string, width: number): void => {
    for (const [style, wide] of [
      ['rgba(0, 0, 0, 0.7)', width + 2],
      [colour, width],
    ] as const) {
      context.strokeStyle = style;
      context.lineWidth = wide * thin;
      context.stroke();
    }
  };
  const { keys = [], poles = [] } = inPicture(shown.underFeet, frame) ?? {};
  for (const { key, outline } of keys) {
    if (!outline) continue;
    path(outline, true);
    stroke(key.id === shown.selected ? '#ffd21f' : '#ffffff', key.id === shown.selected ? 2 : 1);
  }
  for (const pole of poles) {
    path(pole, true);
    context.fillStyle = 'rgba(255, 80, 200, 0.35)';
    context.fill();
    stroke('#ff8ad8', 1);
  }
  const said = [...shown.corners.map(([x, y]) => ({ x, y })), ...(shown.foot ? [shown.foot] : [])];
  const dots = said.filter((p) => view?.isVisible(p)).flatMap((p) => view?.project(p) ?? []);
  if (shown.corners.length > 1) {
    path(dots, false);
    stroke('#ffd21f', 2);
  }
  for (const at of dots) {
    context.beginPath();
    context.arc(at.x * scale, at.y * scale, 4 * thin, 0, 2 * Math.PI);
    stroke('#ffd21f', 2);
  }
  const { cross } = shown;
  if (!cross) return;
  const [x, y, arm, gap] = [cross.x * scale, cross.y * scale, 14 * thin, 4 * thin];
  context.beginPath();
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const) {
    context.moveTo(x + dx * gap, y + dy * gap);
    context.lineTo(x + dx * arm, y + dy * arm);
  }
  stroke('#ffffff', 2);
}
