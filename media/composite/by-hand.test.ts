import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ByHand, ColourKey, decodeMatte, encodeMatte, type OverlayRegion } from '../../protocol/index.js';
import { nativePicture, type Pixel, pictureInfo, shownPicture } from '../testing/pictures.js';
import { colourWeights } from './colour.js';
import { Compositor } from './compositor.js';
import { chromaPlace, KeyColours, lumaPlace, SURE } from './key-colours.js';

const GRASS: Pixel = [70, 130, 50];
const SHADOW: Pixel = [35, 65, 25];
const POST: Pixel = [225, 222, 215];
const KIT: Pixel = [190, 40, 45];
/** Sixteen columns each: grass, its shadow, a post, somebody's kit. */
const picture = (x: number): Pixel => [GRASS, SHADOW, POST, KIT][x >> 4]!;
const PLACES = { grass: 8, shadow: 24, post: 40, kit: 56 } as const;
const LINE: Pixel = [20, 60, 240];

const key = ColourKey.parse({ id: 'pitch', draw: ['#468232'], never: ['#e1ded7'] });

/** A blue line across the whole picture, as it is shown: by place, 0 the picture, 1 the line. */
async function painted(
  { byHand, matte, strength = matte ? 1 : 0, left = 0 }: { byHand?: ByHand; matte?: 'all' | 'none'; strength?: number; left?: number },
  format = 'yuv420p',
  range: 'limited' | 'full' = 'limited',
) {
  const info = pictureInfo(64, 32, format, 'bt709', range);
  const native = await nativePicture(info, picture);
  const width = 64 - left;
  const rgba = new Uint8Array(width * 16 * 4);
  for (let i = 0; i < rgba.length; i += 4) rgba.set([...LINE, 255], i);
  const line: OverlayRegion = { x: left, y: 8 - left, width, height: 16, key: 'line', revision: 1, onGround: true, rgba };
  const compositor = new Compositor(info);
  const cells = new Uint8Array(16 * 8).fill(matte === 'all' ? 1 : 0);
  const front = {
    matte: matte && encodeMatte(cells, 16, 8),
    strength,
    people: [],
    mediaTimeUs: 0,
    shotSinceUs: 0,
    ...(byHand && { byHand }),
  };
  compositor.blend({ native }, [line], front);
  const shown = await shownPicture(native, info);
  native.free();
  const share = (x: number, y = 16): number => (shown(x, y)[2] - picture(x)[2]) / (LINE[2] - picture(x)[2]);
  return {
    share,
    refined: compositor.refinedMatte,
    places: () => Object.values(PLACES).map((x) => Math.max(0, Math.round(share(x) * 10) / 10)),
  };
}

test('"never" colours are not painted, the ground in sun and shadow is, whatever the matte says; of others the matte is believed', async () => {
  const byHand = { keys: [{ key }], poles: [] };
  for (const [format, range] of [
    ['yuv420p', 'limited'],
    ['nv12', 'full'],
    ['yuv422p10le', 'limited'],
    ['p010le', 'limited'],
  ] as const) {
    assert.deepEqual((await painted({ byHand }, format, range)).places(), [1, 1, 0, 1], `${format}: no matte`);
    assert.deepEqual((await painted({ byHand, matte: 'all' }, format, range)).places(), [1, 1, 0, 0], `${format}: all in front`);
    assert.deepEqual((await painted({ byHand, matte: 'none' }, format, range)).places(), [1, 1, 0, 1], `${format}: nobody in front`);
  }
  const across = async (left: number) => {
    const { share } = await painted({ byHand, matte: 'all', left });
    return [29, 30, 31, 32, 33, 34].map((x) => share(x));
  };
  const whole = await across(0);
  for (const left of [1, 2, 3])
    for (const [i, share] of (await across(left)).entries())
      assert.ok(
        Math.abs(share - whole[i]!) < 0.1,
        `where the line begins within a chroma sample it ends at the same pixel: ${share}, ${whole[i]}`,
      );
  assert.deepEqual((await painted({ matte: 'all' })).places(), [0, 0, 0, 0], 'without a key the matte decides alone');
  assert.deepEqual((await painted({ byHand: { keys: [], poles: [] }, matte: 'all' })).places(), [0, 0, 0, 0]);
});

test('a key holds in its part of the picture only, and the later one counts where two meet', async () => {
  const half = (from: number, to: number) => [
    { x: from, y: 0 },
    { x: to, y: 0 },
    { x: to, y: 32 },
    { x: from, y: 32 },
  ];
  const left = { keys: [{ key, outline: half(0, 44) }], poles: [] };
  const { share } = await painted({ byHand: left });
  assert.ok(share(40) < 0.1 && share(46) > 0.9, `${share(40)} within, ${share(46)} beyond`);
  const paints = ColourKey.parse({ id: 'post', draw: ['#e1ded7'] });
  const both = { keys: [{ key }, { key: paints, outline: half(40, 64) }], poles: [] };
  const two = await painted({ byHand: both });
  assert.ok(two.share(36) < 0.1 && two.share(44) > 0.9);
});

test('a pole is never painted, whatever colour it has, and its edge is soft', async () => {
  const pole = [
    { x: 5.5, y: 31 },
    { x: 11.5, y: 31 },
    { x: 11.5, y: 1 },
    { x: 5.5, y: 1 },
  ];
  const { share, refined } = await painted({ byHand: { keys: [{ key }], poles: [pole] } });
  assert.ok(share(8) < 0.1 && share(2) > 0.9 && share(14) > 0.9, `${share(8)} within, ${share(2)} and ${share(14)} beside`);
  assert.ok(share(5) > 0.15 && share(5) < 0.85, `${share(5)} at its edge`);
  assert.ok(refined);
  const cells = new Uint8Array(refined.width * refined.height);
  decodeMatte(refined, cells);
  const at = (x: number, y: number) => cells[Math.floor((y * refined.height) / 32) * refined.width + Math.floor((x * refined.width) / 64)];
  assert.deepEqual([at(8, 16), at(2, 16), at(24, 16), at(40, 16), at(56, 16)], [1, 0, 0, 1, 0], 'pages are told of pole and post');
  assert.equal(at(40, 4), 0, 'where nothing is drawn nobody needs to know');
});

const weights = colourWeights({ matrix: 'bt709', range: 'limited' }, { depth: 8 });
const byte = fc.integer({ min: 0, max: 255 });
const hex = (rgb: readonly number[]): string => `#${rgb.map((c) => c.toString(16).padStart(2, '0')).join('')}`;
const placeOf = (rgb: readonly number[]): number => {
  const of = ({ r, g, b, base }: typeof weights.y): number => Math.round(r * rgb[0]! + g * rgb[1]! + b * rgb[2]! + base);
  return lumaPlace(of(weights.y)) + chromaPlace(of(weights.u), of(weights.v));
};

test('a picked colour is what it was picked for, in half its light too if it is the ground’s; a wider tolerance never says less', () => {
  fc.assert(
    fc.property(fc.tuple(byte, byte, byte), fc.tuple(byte, byte, byte), fc.integer({ min: 5, max: 30 }), (pick, other, tolerance) => {
      const says = (given: object, rgb: readonly number[]) =>
        new KeyColours(ColourKey.parse({ id: 'k', ...given }), weights).says(placeOf(rgb));
      assert.ok(says({ draw: [hex(pick)], tolerance }, pick) < -0.9 * SURE);
      assert.ok(says({ never: [hex(pick)], tolerance }, pick) > 0.9 * SURE);
      const dim = pick.map((c) => c * 0.5);
      assert.ok(says({ draw: [hex(pick)], tolerance: tolerance + 8 }, dim) < -0.9 * SURE);
      assert.ok(says({ never: [hex(pick)], tolerance }, other) <= says({ never: [hex(pick)], tolerance: tolerance + 5 }, other));
    }),
    { numRuns: 60 },
  );
});
