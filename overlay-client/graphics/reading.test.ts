import assert from 'node:assert/strict';
import test from 'node:test';
import type { CameraPose } from '../../protocol/index.js';
import { lookAt } from '../testing/camera.js';
import { HD } from '../testing/race.js';
import { GroundView } from './ground.js';
import { Reading } from './reading.js';

/** The ground seen from a place around it, degrees; 0: along the x axis. */
function from(degrees: number, heightM = 8): GroundView {
  const turn = (degrees * Math.PI) / 180;
  const { groundToImage } = lookAt(HD, [-20 * Math.cos(turn), -20 * Math.sin(turn), heightM], [0, 0, 0], 1500);
  const pose: CameraPose = { groundToImage: [...groundToImage], unit: 'm', state: 'held', confidence: 1 };
  const view = GroundView.of(pose, HD);
  assert.ok(view);
  return view;
}

const ORIGIN = { x: 0, y: 0 };
const ALONG = { x: 1, y: 0 };

test('text is upright for the camera from either side', () => {
  for (const degrees of [20, 90, 160, 200, 270, 340]) {
    const view = from(degrees);
    const lies = new Reading().step(view, ORIGIN, ALONG);
    assert.ok(lies);
    const [right, up] = [view.project(lies.right), view.project(lies.up)];
    const middle = view.project(ORIGIN);
    assert.ok(right.x > middle.x, `${degrees}°: runs to the right`);
    assert.ok((right.x - middle.x) * (up.y - middle.y) - (right.y - middle.y) * (up.x - middle.x) < 0, `${degrees}°: not mirrored`);
  }
});

test('a camera that hovers about the line of text does not turn it to and fro', () => {
  const reading = new Reading();
  const first = reading.step(from(20), ORIGIN, ALONG);
  assert.ok(first);
  for (const degrees of [3, -3, 2, -4, 1]) assert.deepEqual(reading.step(from(degrees), ORIGIN, ALONG)?.right, first.right);
  assert.notDeepEqual(reading.step(from(-40), ORIGIN, ALONG)?.right, first.right);
});

test('letters are narrower where they are seen flat, and keep their width while the camera sways', () => {
  const narrow = (heightM: number, reading = new Reading()): number => reading.step(from(90, heightM), ORIGIN, ALONG)?.narrow ?? 0;
  assert.ok(narrow(5) < narrow(10.4) && narrow(10.4) < narrow(40));
  assert.notEqual(narrow(9.6), narrow(10.4));
  const held = new Reading();
  assert.equal(narrow(10.4, held), narrow(10.4));
  assert.equal(narrow(9.6, held), narrow(10.4));
});
