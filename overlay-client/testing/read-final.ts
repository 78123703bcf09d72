import type { ChannelScene, GraphicState, Size } from '../../protocol/index.js';
import { FINAL_FPS, finalFrame, finalScene, GUN_S } from './final.js';
import { SMALL_HD } from './race.js';
import { createReader, type Written } from './reading.js';

export interface FinalOptions {
  readonly size?: Size;
  readonly scene?: Partial<ChannelScene>;
  /** See `finalFrame`. */
  readonly halted?: number;
}

/** Texts of a final at given seconds after the gun, in order: each as its own list. */
export async function readFinal(
  atS: readonly number[],
  graphics: readonly GraphicState[] | ((timeS: number) => readonly GraphicState[]),
  { size = SMALL_HD, scene = {}, halted = -1 }: FinalOptions = {},
): Promise<Written[][]> {
  const reader = await createReader(finalScene(size, scene));
  const out: Written[][] = [];
  const wanted = new Set(atS.map((s) => Math.round((s + GUN_S) * FINAL_FPS)));
  for (let i = 0; i <= Math.max(...wanted); i++) {
    const states = typeof graphics === 'function' ? graphics(i / FINAL_FPS - GUN_S) : graphics;
    const frame = finalFrame(size, i, halted);
    if (wanted.has(i)) out.push(reader.read(frame, states));
    else reader.observe(frame, states);
  }
  reader.close();
  return out;
}

/** The texts alone, of parts whose key starts so. */
export function textsOf(written: readonly Written[], key = ''): string[] {
  return written.filter((one) => one.key.startsWith(key)).map(({ text }) => text);
}
