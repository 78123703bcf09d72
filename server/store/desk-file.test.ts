import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Calibration, Channel, UnderFeet } from '../../protocol/index.js';
import { type Desk, deskOf, type GraphicCatalogue } from '../channel/desk/index.js';
import { DeskWriter, loadDesk } from './desk-file.js';

const folder = mkdtempSync(join(tmpdir(), 'leaderline-desk-'));
after(() => rmSync(folder, { recursive: true }));

const catalogue: GraphicCatalogue = {
  parse: (type, data) => {
    if (type !== 'board') throw new Error(`there is no "${type}"`);
    return { rows: typeof data === 'object' && data !== null && 'rows' in data ? Number(data.rows) : 8 };
  },
  steps: () => 3,
  name: () => 'Board',
};
const channel = Channel.parse({
  id: 'race',
  title: 'Race',
  source: { url: 'sim:sprint' },
  roster: [{ name: 'Ada' }],
  graphics: [{ id: 'a', type: 'board' }],
});
const project = deskOf(channel, catalogue);
const changed: Desk = {
  ...project,
  graphics: [
    { id: 'b', type: 'board', title: 'Finish', on: true, step: 2, data: { rows: 3 }, pending: { rows: 4 } },
    { id: 'a', type: 'board', on: false, step: 0, data: { rows: 8 } },
  ],
  roster: [{ name: 'Ben', lane: 4 }],
  course: {
    centreLine: [
      [0, 0],
      [100, 0],
    ],
    startM: 0,
    finishM: 100,
    splitsM: [],
    widthM: 10,
    lanes: 8,
  },
  calibration: Calibration.parse({ size: [640, 360], points: [0, 1, 2, 3].map((i) => ({ image: [i, i * i], ground: [i, i] })) }),
  look: { mode: 'light', accent: '#ff0000' },
  underFeet: UnderFeet.parse({ keys: [{ id: 'ice', never: ['#101010'] }], poles: [{ id: 'flag', foot: [3, 4], top: [3, 4, 2] }] }),
};

async function written(name: string, desks: readonly Desk[]): Promise<string> {
  const path = join(folder, name, 'desk.json');
  const writer = new DeskWriter(path, project, assert.fail);
  for (const desk of desks) writer.save(desk);
  await writer.flush();
  return path;
}

test('names given by hand come back as void: the tracks they were given to are no more; another start list has none', async () => {
  const subjects = { aliases: [], named: [{ trackId: 7, rosterIndex: 0, locked: true }], hidden: [] };
  const path = await written('named', [{ ...changed, subjects }]);
  const back = loadDesk(path, project, catalogue, assert.fail);
  assert.deepEqual([back?.voidNames, back?.subjects.named], [[0], []]);
  const other = { ...project, roster: [{ name: 'Cleo' }] };
  assert.deepEqual(loadDesk(path, other, catalogue, () => {})?.voidNames, []);
});

test('a desk comes back as it was saved last, and no other file is left', async () => {
  const path = await written('whole', [project, changed]);
  assert.deepEqual(readdirSync(join(folder, 'whole')), ['desk.json']);
  assert.deepEqual(loadDesk(path, project, catalogue, assert.fail), changed);
  assert.equal(loadDesk(join(folder, 'none.json'), project, catalogue, assert.fail), null);
});

test('a damaged file is said in one line, kept aside, and the project counts', async () => {
  const path = await written('damaged', [changed]);
  const whole = readFileSync(path, 'utf8');
  for (const [text, why] of [
    [whole.slice(0, 200), /desk\.json: not JSON/],
    [whole.replace('"Ben"', '7'), /desk\.json: roster\[0\]\.name: .*\(is 7\)/],
    ['', /not JSON/],
  ] as const) {
    writeFileSync(path, text);
    const lines: string[] = [];
    assert.equal(
      loadDesk(path, project, catalogue, (line) => lines.push(line)),
      null,
    );
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', why);
    const aside = /kept as (.*)$/.exec(lines[0] ?? '')?.[1] ?? '';
    assert.equal(readFileSync(aside, 'utf8'), text);
    rmSync(aside);
  }
  assert.deepEqual(readdirSync(join(folder, 'damaged')), []);
});

test('what the project file says otherwise since wins, part by part; a graphic that does not fit any more is left out', async () => {
  const path = await written('changed', [
    { ...changed, graphics: [...changed.graphics, { id: 'c', type: 'gone', on: true, step: 0, data: {} }] },
  ]);
  const lines: string[] = [];
  const desk = loadDesk(path, { ...project, roster: [{ name: 'Cleo' }] }, catalogue, (line) => lines.push(line));
  assert.deepEqual(desk, { ...changed, roster: [{ name: 'Cleo' }] });
  assert.deepEqual(lines, ['graphic "c" left out: there is no "gone"', 'roster: changed in the project file since, taken from there']);
});

test('a desk of an earlier version, which knows of no colour picks and poles, takes those of the project', async () => {
  const path = await written('earlier', [changed]);
  const { underFeet: _, project: said, ...rest } = JSON.parse(readFileSync(path, 'utf8'));
  delete said.underFeet;
  writeFileSync(path, JSON.stringify({ ...rest, project: said }));
  const { underFeet } = changed;
  assert.deepEqual(loadDesk(path, { ...project, underFeet }, catalogue, assert.fail), changed);
});

test('a folder that cannot be written is said once, and nothing fails', async () => {
  writeFileSync(join(folder, 'file'), '');
  const lines: string[] = [];
  const writer = new DeskWriter(join(folder, 'file', 'desk.json'), project, (line) => lines.push(line));
  for (let n = 0; n < 3; n++) {
    writer.save(changed);
    await writer.flush();
  }
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /cannot be written, changes are lost at a restart/);
});
