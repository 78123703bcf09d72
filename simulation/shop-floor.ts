import type { Floor } from '../protocol/index.js';

/** The shop's ground: x to the right 0–12 m, y away from the camera 0–8 m, entrance and exit on the near side (y = 0). */
export const FLOOR_M = { width: 12, depth: 8 } as const;

/** Walkways along y between the shelves, and the two cross aisles. */
export const AISLES_X = [1.65, 4.3, 6.9, 10] as const;
export const FRONT_Y = 1.85;
export const BACK_Y = 6.7;

export interface Fixture {
  readonly name: string;
  readonly kind: 'shelf' | 'till' | 'table' | 'wall';
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly heightM: number;
}

export const FIXTURES: readonly Fixture[] = [
  { name: 'Back wall shelf', kind: 'shelf', x0: 0.8, y0: 7.45, x1: 11.2, y1: 8, heightM: 1.95 },
  { name: 'Left wall shelf', kind: 'shelf', x0: 0, y0: 2.4, x1: 0.6, y1: 7.2, heightM: 1.75 },
  { name: 'Right wall shelf', kind: 'shelf', x0: 11.4, y0: 2.6, x1: 12, y1: 7.2, heightM: 1.75 },
  { name: 'Shelf A', kind: 'shelf', x0: 2.55, y0: 2.7, x1: 3.4, y1: 5.9, heightM: 1.3 },
  { name: 'Shelf B', kind: 'shelf', x0: 5.2, y0: 2.7, x1: 6.05, y1: 5.9, heightM: 1.3 },
  { name: 'Shelf C', kind: 'shelf', x0: 7.8, y0: 2.7, x1: 8.65, y1: 5.9, heightM: 1.3 },
  { name: 'Fruit table', kind: 'table', x0: 3.6, y0: 0.25, x1: 5.4, y1: 1.1, heightM: 0.8 },
  { name: 'Till', kind: 'till', x0: 7.9, y0: 0.3, x1: 9.9, y1: 1, heightM: 0.95 },
];

const rectangle = (x0: number, y0: number, x1: number, y1: number): [number, number][] => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
];

export const FLOOR: Floor = {
  outline: rectangle(0, 0, FLOOR_M.width, FLOOR_M.depth),
  zones: [
    { id: 'bakery', name: 'Bakery', polygon: rectangle(0.6, 2.4, 2.55, 6) },
    { id: 'drinks', name: 'Drinks', polygon: rectangle(3.4, 2.4, 5.2, 6) },
    { id: 'pantry', name: 'Pantry', polygon: rectangle(6.05, 2.4, 7.8, 6) },
    { id: 'home', name: 'Home', polygon: rectangle(8.65, 2.4, 11.4, 6) },
    { id: 'chilled', name: 'Chilled', polygon: rectangle(0.6, 6, 11.4, 7.45) },
    { id: 'fruit', name: 'Fruit', polygon: rectangle(3, 0, 6, 2.4) },
    { id: 'checkout', name: 'Checkout', polygon: rectangle(7.4, 1, 10.4, 2.4) },
  ],
  fixtures: FIXTURES.map(({ name, kind, x0, y0, x1, y1 }) => ({ name, kind, polygon: rectangle(x0, y0, x1, y1) })),
  entrances: [
    {
      name: 'Entrance',
      line: [
        [0.6, 0],
        [2.4, 0],
      ],
    },
    {
      name: 'Exit',
      line: [
        [10.4, 0],
        [11.8, 0],
      ],
    },
  ],
};
