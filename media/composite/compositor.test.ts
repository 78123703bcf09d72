import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { OverlayRegion } from '../../protocol/index.js';
import { PICTURE_FORMATS } from '../ffmpeg/picture-format.js';
import type { Colour } from '../frame.js';
import { nativePicture, type Pixel, pictureInfo, shownPicture } from '../testing/pictures.js';
import { colourWeights } from './colour.js';
import { Compositor } from './compositor.js';
import { planesOf } from './planes.js';

/** A region whose pixels are given by a function. */
function region(
  box: { x: number; y: number; width: number; height: number },
  at: (x: number, y: number) => readonly [number, number, number, number],
  key = 'card',
  revision = 1,
): OverlayRegion {
  const rgba = new Uint8Array(box.width * box.height * 4);
  for (let y = 0; y < box.height; y++) for (let x = 0; x < box.width; x++) rgba.set(at(x, y), (y * box.width + x) * 4);
  return { ...box, key, revision, rgba, onGround: false };
}

function assertNear(actual: Pixel, expected: Pixel, levels: number, what: string): void {
  for (const i of [0, 1, 2] as const)
    assert.ok(
      Math.abs(actual[i] - expected[i]) <= levels,
      `${what}: shown ${actual.join(',')}, expected ${expected.map(Math.round).join(',')}`,
    );
}

const COLOURS: readonly Pixel[] = [
  [255, 255, 255],
  [0, 0, 0],
  [230, 30, 40],
  [20, 200, 60],
  [30, 60, 220],
];

for (const matrix of ['bt601', 'bt709', 'bt2020'] as const) {
  for (const range of ['limited', 'full'] as const) {
    test(`a blended colour is shown as drawn, ${matrix} ${range}, in every picture format`, async () => {
      for (const format of PICTURE_FORMATS.filter((f) => !f.alwaysFull || range === 'full')) await checkColours(format.name, matrix, range);
    });
  }
}

async function checkColours(format: string, matrix: Colour['matrix'], range: Colour['range']): Promise<void> {
  const info = pictureInfo(64, 48, format, matrix, range);
  const compositor = new Compositor(info);
  for (const background of [
    [40, 90, 130],
    [200, 180, 20],
  ] as const) {
    for (const [i, colour] of COLOURS.entries()) {
      for (const alpha of [255, 128]) {
        const native = await nativePicture(info, () => background);
        const card = region({ x: 9, y: 7, width: 33, height: 25 }, () => [...colour, alpha], `${i}-${alpha}`);
        compositor.blend({ native }, [card]);
        const shown = await shownPicture(native, info);
        native.free();
        const a = alpha / 255;
        const mixed = [0, 1, 2].map((c) => colour[c]! * a + background[c]! * (1 - a)) as [number, number, number];
        const what = `${format} ${matrix} ${range}, ${colour.join(',')} at ${alpha}`;
        assertNear(shown(24, 18), mixed, 3, what);
        assertNear(shown(4, 18), background, 3, `${what}, left of it`);
        assertNear(shown(50, 40), background, 3, `${what}, below it`);
      }
    }
  }
  compositor.close();
}

test('soft edges at any offset agree with the picture blended in RGB', async () => {
  const base = (x: number, y: number): Pixel => [60 + x, 200 - y * 2, 90 + ((x + y) % 60)];
  for (const format of ['yuv420p', 'nv12', 'yuv422p', 'yuv420p10le']) {
    for (const [x0, y0] of [
      [10, 8],
      [11, 8],
      [10, 9],
      [13, 11],
    ] as const) {
      const info = pictureInfo(96, 64, format);
      const soft = region({ x: x0, y: y0, width: 51, height: 37 }, (x, y) => [
        240,
        40 + y,
        90,
        Math.min(255, x * 9, y * 13, (50 - x) * 9, (36 - y) * 13),
      ]);
      const native = await nativePicture(info, base);
      const compositor = new Compositor(info);
      compositor.blend({ native }, [soft]);
      const reference = await nativePicture(info, (x, y) => {
        const [lx, ly] = [x - x0, y - y0];
        if (lx < 0 || ly < 0 || lx >= 51 || ly >= 37) return base(x, y);
        const [r, g, b, a] = soft.rgba.subarray((ly * 51 + lx) * 4);
        const under = base(x, y);
        return [r!, g!, b!].map((c, i) => Math.round((c * a! + under[i]! * (255 - a!)) / 255)) as [number, number, number];
      });
      const scale = 2 ** (info.format.depth - 8);
      for (const [index, name] of ['Y', 'U', 'V'].entries()) {
        const got = planesOf(native, info.format, info.size)[index]!;
        const want = planesOf(reference, info.format, info.size)[index]!;
        for (let y = 0; y < got.height; y++) {
          for (let x = 0; x < got.width; x++) {
            const at = (p: typeof got): number => (p.samples[p.first + y * p.stride + x * p.step]! >> p.shift) / scale;
            // Not more: chroma blended after subsampling differs a little from chroma subsampled after blending.
            assert.ok(Math.abs(at(got) - at(want)) <= 3.5, `${format} at ${x0},${y0}: ${name}(${x},${y}) is ${at(got)}, not ${at(want)}`);
          }
        }
      }
      native.free();
      reference.free();
      compositor.close();
    }
  }
});

test('every sample is the weighted mean of what was there and what is drawn, to half a code value and a little', async () => {
  const byte = fc.integer({ min: 0, max: 255 });
  const pixels = fc.array(fc.tuple(byte, byte, byte, fc.oneof(byte, fc.constantFrom(0, 255))), { minLength: 60, maxLength: 60 });
  const [left, top, across, down] = [3, 1, 10, 6];
  for (const format of PICTURE_FORMATS) {
    for (const range of format.alwaysFull ? (['full'] as const) : (['limited', 'full'] as const)) {
      const info = pictureInfo(16, 8, format.name, 'bt709', range);
      const weights = colourWeights(info.colour, info.format);
      const compositor = new Compositor(info);
      // Sums of four products rounded to parts of a code value: coarser parts with more bits.
      const nearly = 0.5 + 3 / 2 ** (15 - format.depth);
      let revision = 0;
      await fc.assert(
        fc.asyncProperty(pixels, fc.integer({ min: 0, max: 2 ** format.depth - 1 }), async (drawn, level) => {
          const native = await nativePicture(info, () => [0, 0, 0]);
          for (const plane of planesOf(native, info.format, info.size))
            for (let y = 0; y < plane.height; y++)
              for (let x = 0; x < plane.width; x++) plane.samples[plane.first + y * plane.stride + x * plane.step] = level << plane.shift;
          const at = (x: number, y: number) => drawn[(y - top) * across + x - left]!;
          const card = { x: left, y: top, width: across, height: down };
          compositor.blend({ native }, [region(card, (x, y) => drawn[y * across + x]!, 'card', ++revision)]);
          for (const [i, plane] of planesOf(native, info.format, info.size).entries()) {
            const [shiftX, shiftY] = i === 0 ? [0, 0] : [info.format.chromaShiftX, info.format.chromaShiftY];
            const { r: wr, g: wg, b: wb, base } = [weights.y, weights.u, weights.v][i]!;
            for (let y = 0; y < plane.height; y++)
              for (let x = 0; x < plane.width; x++) {
                let want = 0;
                for (let v = 0; v <= shiftY; v++)
                  for (let u = 0; u <= shiftX; u++) {
                    const [px, py] = [(x << shiftX) + u, (y << shiftY) + v];
                    const isIn = px >= left && px < left + across && py >= top && py < top + down;
                    const [r, g, b, a] = isIn ? at(px, py) : [0, 0, 0, 0];
                    want += (level * (255 - a) + (wr * r + wg * g + wb * b + base) * a) / 255;
                  }
                want = Math.min(2 ** format.depth - 1, want / (1 + shiftX) / (1 + shiftY));
                const got = plane.samples[plane.first + y * plane.stride + x * plane.step]! >> plane.shift;
                assert.ok(
                  Math.abs(got - want) <= nearly,
                  `${format.name} ${range}: ${'YUV'[i]}(${x},${y}) is ${got}, not ${want.toFixed(2)}`,
                );
              }
          }
          native.free();
        }),
        { numRuns: 12 },
      );
      compositor.close();
    }
  }
});

test('a region outside the picture, or half of it, changes only what is inside', async () => {
  const info = pictureInfo(32, 32, 'yuv420p');
  const native = await nativePicture(info, () => [10, 20, 30]);
  const compositor = new Compositor(info);
  const white = (x: number, y: number, key: string): OverlayRegion =>
    region({ x, y, width: 12, height: 12 }, () => [255, 255, 255, 255], key);
  compositor.blend({ native }, [white(-6, -6, 'a'), white(26, 27, 'b'), white(100, 100, 'c')]);
  const shown = await shownPicture(native, info);
  native.free();
  assertNear(shown(2, 2), [255, 255, 255], 3, 'top left');
  assertNear(shown(30, 30), [255, 255, 255], 3, 'bottom right');
  assertNear(shown(16, 16), [10, 20, 30], 3, 'middle');
});

test('new pixels under the same key show when the revision changes', async () => {
  const info = pictureInfo(32, 32, 'yuv420p');
  const compositor = new Compositor(info);
  const box = { x: 8, y: 8, width: 16, height: 16 };
  for (const [revision, colour] of [
    [1, 250],
    [2, 20],
  ] as const) {
    const native = await nativePicture(info, () => [120, 120, 120]);
    compositor.blend({ native }, [region(box, () => [colour, colour, colour, 255], 'same', revision)]);
    const shown = await shownPicture(native, info);
    native.free();
    assertNear(shown(16, 16), [colour, colour, colour], 3, `revision ${revision}`);
  }
});

test('an empty stretch between two covered ones leaves the picture as it was', async () => {
  const info = pictureInfo(96, 32, 'yuv420p');
  const box = { x: 8, y: 8, width: 64, height: 16 };
  const compositor = new Compositor(info);
  const other = await nativePicture(info, () => [0, 0, 0]);
  // Something of the same size before it, so that the kernel's memory is not fresh.
  compositor.blend({ native: other }, [region(box, () => [9, 200, 9, 90], 'before')]);
  other.free();
  const native = await nativePicture(info, () => [120, 130, 140]);
  compositor.blend({ native }, [region(box, (x) => [250, 20, 20, x < 16 || x >= 24 ? 255 : 0])]);
  const shown = await shownPicture(native, info);
  native.free();
  compositor.close();
  assertNear(shown(12, 12), [250, 20, 20], 4, 'covered');
  for (let x = 26; x < 30; x++) assertNear(shown(x, 15), [120, 130, 140], 4, `not covered, at ${x}`);
});

test('pixels shared with the decoder are not touched', async () => {
  const info = pictureInfo(32, 32, 'yuv420p');
  const native = await nativePicture(info, () => [120, 120, 120]);
  const decoders = native.clone()!;
  new Compositor(info).blend({ native }, [region({ x: 0, y: 0, width: 32, height: 32 }, () => [255, 0, 0, 255])]);
  const kept = await shownPicture(decoders, info);
  assertNear(kept(16, 16), [120, 120, 120], 2, "the decoder's picture");
  const shown = await shownPicture(native, info);
  assertNear(shown(16, 16), [255, 0, 0], 3, "the channel's picture");
  native.free();
  decoders.free();
});

test('fill is the graphics over black, key is their coverage', async () => {
  for (const range of ['limited', 'full'] as const) {
    const info = pictureInfo(32, 32, 'yuv422p', 'bt709', range);
    const compositor = new Compositor(info);
    const { fill, key, close } = compositor.renderKeyFill([region({ x: 4, y: 4, width: 20, height: 20 }, () => [200, 100, 50, 128])]);
    const fillShown = await shownPicture(fill, info);
    const keyShown = await shownPicture(key, info);
    assertNear(fillShown(12, 12), [100, 50, 25], 3, `fill ${range}`);
    assertNear(fillShown(29, 29), [0, 0, 0], 1, `fill outside ${range}`);
    assertNear(keyShown(12, 12), [128, 128, 128], 2, `key ${range}`);
    assertNear(keyShown(29, 29), [0, 0, 0], 1, `key outside ${range}`);
    close();
    compositor.close();
  }
});
