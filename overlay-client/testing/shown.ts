import { createCanvas } from '@napi-rs/canvas';
import type { ChannelScene, GraphicState } from '../../protocol/index.js';
import type { GraphicType } from '../graphics/registry.js';
import { on } from './race.js';

/** What each graphic is given so that it shows in tests all that it has. */
export interface Shown {
  /** Where it is shown: a race under way, or its last metres. */
  readonly world: 'race' | 'final';
  readonly data?: GraphicState['data'];
  readonly step?: number;
  /** Its data where names run from right to left and are long. */
  readonly rtl?: GraphicState['data'];
  /** It shows names only before the race: so it does where they run from right to left. */
  readonly rtlBeforeStart?: boolean;
  /** It takes neither colours nor names from the channel: one picture a size, whatever the look. */
  readonly plain?: boolean;
}

/** Of 300 letters and one word: nothing can be left out of it but letters. */
const LONG_HEBREW = 'אריאלה־בתשבע־כהן־לוי־מזרחי־'.repeat(12).slice(0, 300);

export const SHOWN: Readonly<Record<GraphicType, Shown>> = {
  'leader-line': { world: 'race' },
  'record-line': {
    world: 'race',
    data: { totalS: 11.4, splits: [{ distanceM: 10, timeS: 1.2 }] },
    rtl: { totalS: 11.4, label: 'שיא', name: LONG_HEBREW.slice(0, 80) },
    rtlBeforeStart: true,
  },
  'reference-lines': {
    world: 'race',
    data: {
      lines: [
        { kind: 'distance', distanceM: 20 },
        { kind: 'subject', rosterIndex: 3, colour: '#ff5a5f', label: 'Offside' },
      ],
      lengthM: 14,
    },
    rtl: {
      lines: [
        { kind: 'distance', distanceM: 20, label: 'خط المنتصف 20 م' },
        { kind: 'subject', rosterIndex: 3, colour: '#ff5a5f', label: LONG_HEBREW.slice(0, 40) },
      ],
      lengthM: 14,
    },
  },
  lanes: { world: 'race', rtl: { name: 'full' } },
  'distance-markers': { world: 'race', rtl: { unit: 'متر' } },
  'heat-map': { world: 'race', data: { fullS: 0.06 }, plain: true },
  'ground-logo': { world: 'race', data: { image: 'logo.png', place: 'course', distanceM: 24, widthM: 6 }, plain: true },
  paths: { world: 'race', data: { colourBy: 'speed', slowMps: 8, fastMps: 10, seconds: 1.5 } },
  zones: {
    world: 'race',
    data: { zones: [{ name: 'Handover', polygon: corners(14, 24, -2, 4) }] },
    rtl: { zones: [{ name: LONG_HEBREW.slice(0, 80), polygon: corners(14, 24, -2, 4) }] },
  },
  'name-tags': { world: 'race', data: { team: true, speed: true } },
  telestrator: {
    world: 'race',
    plain: true,
    data: {
      strokes: [
        stroke('pen', [3, -3.6, 8, -4.4, 14, -3.4, 20, -4.4], { colour: '#34d17b' }),
        stroke('arrow', [8, 6.5, 16, 5.6, 27, 1.8]),
        stroke('circle', [15, -0.6, 16.6, -0.6], { colour: '#ff5a5f' }),
        stroke('ring', [0, 0, 0.7, 0], { anchor: 'subject', trackId: 101 }),
        stroke('spotlight', [0, 0, 0.8, 0], { anchor: 'subject', trackId: 103, colour: '#3ea6ff' }),
        stroke('arrow', [1.2, 0.2, 1.35, 0.3], { anchor: 'screen', colour: '#ffffff' }),
      ],
    },
  },
  'sync-marker': { world: 'race', plain: true },
  'gap-board': { world: 'final', step: 1 },
  'race-clock': { world: 'final', data: { title: "Women's 100 m" } },
  'lower-third': { world: 'final', data: { subject: 'leader', line: 'Season best 10.61 s' }, step: 1 },
  'leader-margin': { world: 'final' },
  'head-to-head': { world: 'final', data: { third: 'third' } },
  'speed-trace': { world: 'final' },
  'result-board': { world: 'final', data: { remarks: [{ bib: '192', text: 'DQ' }] } },
  'where-won': { world: 'final' },
};

/** A graphic on air as {@link SHOWN}. */
export function shown(type: GraphicType, { rtl = false } = {}): GraphicState {
  const { data = {}, rtl: mirrored, step = 0 } = SHOWN[type];
  return { ...on(type, (rtl && mirrored) || data), step };
}

const RIGHT_TO_LEFT = [
  'محمد بن عبدالرحمن الأحمد',
  'דניאל כהן-לוי',
  'عبدالله',
  'אורית אבן',
  'Sofía Reyes',
  'فاطمة الزهراء العلوي',
  'רות',
  'نور',
];

/** The start list with names in Hebrew and Arabic. @param long row that gets a name of 300 characters. */
export function rightToLeft(roster: ChannelScene['roster'], long?: number): ChannelScene['roster'] {
  return roster.map((entry, i) => ({ ...entry, name: i === long ? LONG_HEBREW : (RIGHT_TO_LEFT[i] ?? entry.name) }));
}

/** A sponsor's mark without letters: those would look different from machine to machine. As PNG. */
export function logo(): Buffer {
  const canvas = createCanvas(600, 240);
  const context = canvas.getContext('2d');
  context.fillStyle = '#e8132b';
  context.roundRect(0, 0, 600, 240, 60);
  context.fill();
  context.fillStyle = '#ffffff';
  for (let i = 0; i < 5; i++) context.fillRect(220 + i * 70, 60, 36, 30 + i * 24);
  context.fillStyle = '#ffd21f';
  context.beginPath();
  context.arc(110, 120, 60, 0, 7);
  context.fill();
  return canvas.toBuffer('image/png');
}

function corners(x0: number, x1: number, y0: number, y1: number): { x: number; y: number }[] {
  return [
    { x: x0, y: y0 },
    { x: x1, y: y0 },
    { x: x1, y: y1 },
    { x: x0, y: y1 },
  ];
}

function stroke(
  tool: string,
  points: number[],
  { anchor = 'ground', ...more }: { anchor?: string; colour?: string; trackId?: number } = {},
) {
  return { tool, anchor, points, ...more };
}
