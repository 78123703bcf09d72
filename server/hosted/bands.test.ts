import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { Bands } from './bands.js';
import { isRgbaPng } from './png.js';

const SIZE = { width: 37, height: 90 };

/** Paints boxes of one colour, straight or not, on nothing. */
function picture(...boxes: readonly (readonly [x: number, y: number, width: number, height: number, ...rgba: number[]])[]): Uint8Array {
  const pixels = new Uint8Array(SIZE.width * SIZE.height * 4);
  for (const [left, top, width, height, ...rgba] of boxes)
    for (let y = top; y < top + height; y++) for (let x = left; x < left + width; x++) pixels.set(rgba, (y * SIZE.width + x) * 4);
  return pixels;
}

/** A PNG whose rows use a filter each, by turns all five. */
function encode(pixels: Uint8Array): Buffer {
  const stride = SIZE.width * 4;
  const raw = Buffer.alloc((stride + 1) * SIZE.height);
  for (let y = 0; y < SIZE.height; y++) {
    const filter = (y + 2) % 5;
    raw[y * (stride + 1)] = filter;
    for (let i = 0; i < stride; i++) {
      const [left, corner] = i < 4 ? [0, 0] : [pixels[y * stride + i - 4]!, y > 0 ? pixels[(y - 1) * stride + i - 4]! : 0];
      const above = y > 0 ? pixels[(y - 1) * stride + i]! : 0;
      const nearest = [left, above, corner].reduce((a, b) =>
        Math.abs(left + above - corner - b) < Math.abs(left + above - corner - a) ? b : a,
      );
      raw[y * (stride + 1) + 1 + i] = pixels[y * stride + i]! - [0, left, above, (left + above) >> 1, nearest][filter]!;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(SIZE.width, 0);
  head.writeUInt32BE(SIZE.height, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const data = deflateSync(raw);
  // In two pieces, as they may come.
  const chunks = [
    chunk('IHDR', head),
    chunk('IDAT', data.subarray(0, 20)),
    chunk('IDAT', data.subarray(20)),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks]);
}

function chunk(type: string, data: Buffer): Buffer {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

const places = (bands: ReturnType<Bands['take']>): unknown =>
  bands?.map(({ x, y, width, height, rgba }) => [x, y, width, height, rgba !== null]);

test('what is covered comes in bands, each with its own pixels, and only when it is new', () => {
  const bands = new Bands(SIZE, false);
  const bug = [30, 2, 5, 6, 10, 200, 30, 77] as const;
  const strap = [3, 60, 30, 20, 200, 100, 50, 255] as const;
  const first = bands.take(encode(picture(bug, strap)));
  assert.deepEqual(places(first), [
    [30, 2, 5, 6, true],
    [3, 60, 30, 20, true],
  ]);
  assert.deepEqual([...(first?.[0]?.rgba ?? [])], Array.from({ length: 30 }, () => [10, 200, 30, 77]).flat());
  assert.deepEqual([...(first?.[1]?.rgba?.subarray(-8) ?? [])], [200, 100, 50, 255, 200, 100, 50, 255]);
  assert.equal(bands.take(encode(picture(bug, strap))), undefined);
  const one = bands.take(encode(picture(bug, [3, 60, 30, 20, 200, 100, 51, 255])));
  assert.deepEqual(places(one), [
    [30, 2, 5, 6, false],
    [3, 60, 30, 20, true],
  ]);
  assert.deepEqual(places(bands.take(encode(picture([3, 60, 30, 20, 200, 100, 51, 255])))), [[3, 60, 30, 20, true]]);
  assert.deepEqual(bands.take(encode(picture())), []);
  assert.equal(bands.take(encode(picture())), undefined);
});

test('a first picture that is empty is a picture; one whose colours are premultiplied comes straight', () => {
  assert.deepEqual(new Bands(SIZE, true).take(encode(picture())), []);
  const [band] = new Bands(SIZE, true).take(encode(picture([1, 1, 1, 2, 128, 64, 0, 128]))) ?? [];
  assert.deepEqual([...(band?.rgba ?? [])], [255, 128, 0, 128, 255, 128, 0, 128]);
});

test('a PNG of another size or kind is known as such, one that is cut off is refused', () => {
  const png = encode(picture([0, 0, 30, 80, 9, 8, 7, 255]));
  assert.ok(isRgbaPng(png, SIZE));
  assert.ok(!isRgbaPng(png, { width: 38, height: 90 }));
  assert.ok(!isRgbaPng(Buffer.from('no picture'), SIZE));
  assert.throws(() => new Bands(SIZE, false).take(png.subarray(0, 70)));
});
