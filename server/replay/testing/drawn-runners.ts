import assert from 'node:assert/strict';
import { decodeFile } from '../../../media/index.js';
import { apply, type Mat3, type Point } from '../../../protocol/index.js';

/** Runners as ellipses on textured ground, in pictures of which everything is known. */

export const WIDTH = 320;
export const HEIGHT = 180;
/** Body, metres. */
export const BODY = { width: 4, height: 11 };

/** Luma of the ground at a place. */
export const ground = ({ x, y }: Point): number => 118 + 26 * Math.sin(x * 0.55) + 22 * Math.sin(y * 0.7 + x * 0.2);

/** A runner's body in a picture: an ellipse that stands on its foot. */
export function bodyIn(toImage: Mat3, place: Point): { x: number; y: number; rx: number; ry: number; foot: Point } {
  const foot = apply(toImage, place);
  const scale = toImage[0];
  return { x: foot.x, y: foot.y - (BODY.height * scale) / 2, rx: (BODY.width * scale) / 2, ry: (BODY.height * scale) / 2, foot };
}
export const inBody = (b: ReturnType<typeof bodyIn>, x: number, y: number, room = 0): boolean =>
  ((x - b.x) / (b.rx + room)) ** 2 + ((y - b.y) / (b.ry + room)) ** 2 <= 1;

export type Shown = (x: number, y: number) => number;

/** Luma (limited range) of a PNG's pixels. */
export async function lumaOf(path: string): Promise<Shown> {
  for await (const { frame } of decodeFile(path)) {
    const data = Buffer.from(frame.data![0]!);
    const stride = frame.linesize[0]!;
    assert.deepEqual([frame.width, frame.height], [WIDTH, HEIGHT]);
    frame.free();
    return (x, y) => {
      const i = Math.floor(y) * stride + Math.floor(x) * 3;
      return 16 + 0.1826 * data[i]! + 0.6142 * data[i + 1]! + 0.062 * data[i + 2]!;
    };
  }
  throw new Error(`${path}: no picture`);
}
