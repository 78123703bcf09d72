import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { createCanvas } from '@napi-rs/canvas';
import { createHeadlessOverlay } from '../index.js';
import { alphaAt, flatten } from '../testing/picture.js';
import { on, raceFrame, raceScene, SMALL_HD } from '../testing/race.js';
import { readImageFile } from './image-file.js';
import { imageSize } from './image-size.js';

const home = mkdtempSync(join(tmpdir(), 'leaderline-images-'));
const images = join(home, 'images');
after(() => rmSync(home, { recursive: true }));

/** Red, its right half blue. */
function picture(width: number, height: number) {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#ff0000';
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#0000ff';
  context.fillRect(width / 2, 0, width, height);
  return canvas;
}

const png = picture(120, 60).toBuffer('image/png');
mkdirSync(images);
writeFileSync(join(images, 'logo.png'), png);
writeFileSync(join(home, 'secret.png'), png);
symlinkSync(join(home, 'secret.png'), join(images, 'link.png'));
writeFileSync(join(images, 'text.png'), 'not a picture');
writeFileSync(join(images, 'large.jpg'), Buffer.alloc(4 * 1024 * 1024 + 1));
const bomb = Buffer.from(png);
bomb.writeUInt32BE(60_000, 16);
writeFileSync(join(images, 'bomb.png'), bomb);
writeFileSync(join(images, 'cut.png'), png.subarray(0, 60));

test('the size of a PNG, JPEG and WebP is read from the header', () => {
  const canvas = picture(123, 45);
  for (const bytes of [canvas.toBuffer('image/png'), canvas.toBuffer('image/jpeg'), canvas.toBuffer('image/webp')])
    assert.deepEqual(imageSize(bytes), { width: 123, height: 45 });
  for (let length = 0; length < 40; length++) assert.equal(imageSize(canvas.toBuffer('image/jpeg').subarray(0, length)), undefined);
  assert.equal(imageSize(Buffer.from('GIF89a,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,')), undefined);
});

test('only pictures of the folder itself are read, within limits, and each refusal says why', async () => {
  assert.equal((await readImageFile(images, 'logo.png')).length, png.length);
  for (const [name, reason] of [
    ['none.png', /no such file/],
    ['../secret.png', /not a plain file name/],
    ['link.png', /not a plain file name/],
    ['large.jpg', /4\.0 MB: at most 4 MB/],
    ['bomb.png', /60000 × 60 pixels: at most 4096/],
    ['text.png', /neither PNG, JPEG nor WebP/],
  ] as const)
    await assert.rejects(readImageFile(images, name), reason, name);
});

test('a logo lies on the ground with its left on the left; a missing or damaged one is one warning and no more', async () => {
  const overlay = await createHeadlessOverlay(raceScene(SMALL_HD), { imagesDir: images });
  const logo = (image: string) => ({ ...on('ground-logo', { image, x: 16, y: 0, widthM: 6, opacity: 1 }), id: image });
  const graphics = ['logo.png', 'gone.png', 'cut.png'].map(logo);
  let shown: ReturnType<typeof overlay.render> = [];
  for (let i = 60; i < 75; i++) {
    shown = overlay.render(raceFrame(SMALL_HD, 60, 60), graphics);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const seen = flatten(shown, SMALL_HD);
  assert.ok(shown.length > 0 && shown.every(({ onGround, key }) => onGround && key.startsWith('logo.png')));
  const pose = raceFrame(SMALL_HD, 60, 60).pose.groundToImage;
  const at = (x: number): number => {
    const w = pose[6] * x + pose[8];
    return (Math.floor((pose[3] * x + pose[5]) / w) * SMALL_HD.width + Math.floor((pose[0] * x + pose[2]) / w)) * 4;
  };
  assert.deepEqual([...seen.rgba.subarray(at(14.5), at(14.5) + 4)], [255, 0, 0, 255]);
  assert.deepEqual([...seen.rgba.subarray(at(17.5), at(17.5) + 4)], [0, 0, 255, 255]);
  assert.equal(seen.rgba[at(12.5) + 3], 0);
  assert.equal(alphaAt(seen, 5, 5), 0);
  // Put there later, it is found all the same.
  writeFileSync(join(images, 'gone.png'), png);
  const shows = () => shown.some(({ key }) => key.startsWith('gone.png'));
  assert.ok(!shows());
  for (let i = 0; i < 400 && !shows(); i++) {
    shown = overlay.render(raceFrame(SMALL_HD, 60, 60), graphics);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(shows());
  const warnings = overlay.warnings().filter((line) => line.startsWith('image'));
  overlay.close();
  // One of the folder's own that cannot be shown is named even before it is asked for.
  assert.equal(warnings.filter((line) => line.includes('"gone.png"')).length, 1);
  assert.match(warnings.find((line) => line.includes('"cut.png"')) ?? '', /damaged/);
  assert.ok(warnings.every((line) => !line.includes('\n')));
});
