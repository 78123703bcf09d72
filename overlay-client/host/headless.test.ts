import assert from 'node:assert/strict';
import test from 'node:test';
import type { GraphicState, OverlayRegion, Size, TrackingFrame } from '../../protocol/index.js';
import { createHeadlessOverlay } from '../index.js';
import { differingShare, flatten, type Picture, strongest } from '../testing/picture.js';
import { HD, on, raceFrame, raceScene, SMALL_HD } from '../testing/race.js';
import { installNodePixi, nodeCanvas } from './node-pixi.js';

const ALL: readonly GraphicState[] = ['paths', 'lanes', 'reference-lines', 'leader-line', 'gap-board', 'name-tags', 'sync-marker'].map(
  (type) => on(type),
);

/** The same scene drawn whole, without regions: what a page shows. */
async function drawWhole(size: Size, frames: readonly TrackingFrame[], graphics: readonly GraphicState[]): Promise<Picture> {
  await installNodePixi();
  const { CanvasRenderer, Container } = await import('pixi.js');
  const { SceneModel } = await import('./scene.js');
  const { TextPainter } = await import('../graphics/text.js');
  const { CanvasShapes } = await import('../graphics/ground-shapes.js');
  const renderer = new CanvasRenderer();
  await renderer.init({ ...size, backgroundAlpha: 0, canvas: nodeCanvas(size.width, size.height), skipExtensionImports: true });
  const model = new SceneModel(raceScene(size), new TextPainter(), () => new CanvasShapes());
  const root = new Container();
  for (const frame of frames.slice(0, -1)) model.observe(frame, graphics);
  for (const part of model.compose(frames.at(-1)!, graphics)) {
    part.view.position.set(part.x, part.y);
    root.addChild(part.view);
  }
  renderer.render({ container: root });
  const { data } = renderer.canvasContext.rootContext.getImageData(0, 0, size.width, size.height);
  root.removeChildren();
  model.destroy();
  renderer.destroy();
  return { ...size, rgba: data };
}

async function withOverlay<T>(
  size: Size,
  use: (draw: (frame: TrackingFrame, graphics?: readonly GraphicState[]) => OverlayRegion[]) => T,
): Promise<T> {
  const overlay = await createHeadlessOverlay(raceScene(size));
  try {
    return use((frame, graphics = ALL) => [...overlay.render(frame, graphics)]);
  } finally {
    overlay.close();
  }
}

test('regions together show exactly what the whole scene shows', async () => {
  const frames = Array.from({ length: 70 }, (_, i) => raceFrame(SMALL_HD, i));
  const regions = await withOverlay(SMALL_HD, (draw) => frames.map((frame) => draw(frame)).at(-1)!);
  const firstCard = regions.findIndex(({ onGround }) => !onGround);
  assert.ok(firstCard > 0 && regions.slice(firstCard).every(({ onGround }) => !onGround), 'what lies on the ground lies under every card');
  const whole = await drawWhole(SMALL_HD, frames, ALL);
  const joined = flatten(regions, SMALL_HD);
  // Colour means little where there is hardly any opacity: compare as seen on grey.
  const onGrey = (picture: Picture): Picture => flatten([{ key: '', revision: 0, onGround: false, x: 0, y: 0, ...picture }], SMALL_HD, 128);
  assert.equal(differingShare(onGrey(joined), onGrey(whole), 3), 0);
});

test('regions lie inside the picture, at whole pixels, under keys of their own', async () => {
  for (const size of [SMALL_HD, { width: 96, height: 54 }, { width: 1, height: 1 }]) {
    await withOverlay(size, (draw) => {
      for (let i = 0; i < 120; i += 3) {
        const regions = draw(raceFrame(size, i));
        assert.equal(new Set(regions.map((region) => region.key)).size, regions.length);
        for (const { key, x, y, width, height, rgba } of regions) {
          assert.ok([x, y, width, height].every(Number.isInteger), key);
          assert.ok(x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= size.width && y + height <= size.height, key);
          assert.equal(rgba.length, width * height * 4, key);
        }
      }
    });
  }
});

test('nothing gets a new revision while nothing changes', async () => {
  await withOverlay(SMALL_HD, (draw) => {
    const graphics = ALL.filter((graphic) => graphic.type !== 'sync-marker' && graphic.type !== 'paths');
    let before: OverlayRegion[] = [];
    for (let i = 0; i < 90; i++) {
      const regions = draw(raceFrame(SMALL_HD, i, 60), graphics);
      if (i > 60) assert.deepEqual(identities(regions), identities(before), `frame ${i}`);
      before = regions;
    }
    assert.ok(before.length > 10);
  });
});

test('a card that only moves keeps its revision', async () => {
  await withOverlay(HD, (draw) => {
    const revisions = new Map<string, Set<number>>();
    const places = new Map<string, Set<number>>();
    for (let i = 60; i < 90; i++) {
      for (const { key, revision, x } of draw(raceFrame(HD, i), [on('name-tags')])) {
        if (!key.endsWith('/card') || i < 70) continue;
        revisions.set(key, (revisions.get(key) ?? new Set()).add(revision));
        places.set(key, (places.get(key) ?? new Set()).add(x));
      }
    }
    assert.equal(revisions.size, 8);
    const moved = [...places.values()].filter((xs) => xs.size > 3).length;
    assert.ok(moved >= 4, `${moved} cards moved`);
    for (const [key, seen] of revisions) assert.ok(seen.size <= 2, `${key} was drawn ${seen.size} times`);
  });
});

test('frames that are only observed leave the same picture as frames that are drawn', async () => {
  const drawn = await withOverlay(SMALL_HD, (draw) => {
    for (let i = 0; i < 60; i++) draw(raceFrame(SMALL_HD, i));
    return flatten(draw(raceFrame(SMALL_HD, 60)), SMALL_HD, 128);
  });
  const overlay = await createHeadlessOverlay(raceScene(SMALL_HD));
  for (let i = 0; i < 60; i++) overlay.observe(raceFrame(SMALL_HD, i), ALL);
  const observed = flatten(overlay.render(raceFrame(SMALL_HD, 60), ALL), SMALL_HD, 128);
  overlay.close();
  assert.equal(differingShare(drawn, observed, 0), 0);
});

test('a graphic comes in and goes out over a third of a second of media time', async () => {
  await withOverlay(SMALL_HD, (draw) => {
    const frame = raceFrame(SMALL_HD, 60);
    const opacity = (state: Partial<GraphicState>): number => {
      const regions = draw(frame, [{ ...on('gap-board'), ...state }]);
      return strongest(flatten(regions, SMALL_HD).rgba);
    };
    const now = frame.mediaTimeUs;
    assert.equal(opacity({ on: true, changedAtUs: now }), 0);
    const half = opacity({ on: true, changedAtUs: now - 175_000 });
    assert.ok(half > 80 && half < 235, `half way in: ${half}`);
    assert.equal(opacity({ on: true, changedAtUs: now - 400_000 }), 255);
    assert.equal(opacity({ on: false, changedAtUs: now - 400_000 }), 0);
    assert.equal(opacity({ on: false, changedAtUs: -1 }), 0);
  });
});

test('after a cut histories start again', async () => {
  await withOverlay(SMALL_HD, (draw) => {
    for (let i = 0; i < 60; i++) draw(raceFrame(SMALL_HD, i), [on('paths')]);
    assert.ok(draw(raceFrame(SMALL_HD, 60), [on('paths')]).length > 0);
    assert.equal(draw({ ...raceFrame(SMALL_HD, 61), discontinuity: true }, [on('paths')]).length, 0);
  });
});

test('letters no bundled font has are told of in one line a name, whole and shortened, and something is drawn for them', async () => {
  const scene = raceScene(SMALL_HD);
  const roster = [{ name: '李雷 李' }, { name: 'Somchai ศรี' }, ...scene.roster.slice(2)];
  const overlay = await createHeadlessOverlay({ ...scene, roster });
  for (let i = 55; i < 60; i++) overlay.render(raceFrame(SMALL_HD, i), [on('gap-board'), on('name-tags')]);
  const warnings = overlay.warnings().sort();
  overlay.close();
  const where = 'in the bundled fonts (Latin, Greek, Cyrillic, Hebrew, Arabic): other characters stand in';
  assert.deepEqual(warnings, [
    `"S. ศรี": no glyph for "ศ" (U+0E28), "ร" (U+0E23), "ี" (U+0E35) ${where}`,
    `"李雷 李": no glyph for "李" (U+674E), "雷" (U+96F7) ${where}`,
  ]);
});

function identities(regions: readonly OverlayRegion[]): string[] {
  return regions.map(({ key, revision, x, y }) => `${key} ${revision} ${x},${y}`);
}
