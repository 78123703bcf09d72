import { isDeepStrictEqual } from 'node:util';
import { type Calibration, type DeskCommand, NO_MARKS } from '../../../protocol/index.js';
import { applyEdit, type DeskContext } from './apply.js';
import type { Desk } from './desk.js';
import { History } from './history.js';

export interface Outcome {
  /** What was done, for a person; '' where nothing changed. */
  readonly line: string;
  /** What the operator should know beside, or ''. */
  readonly doubt: string;
  /** One of many small edits in a row, which nobody needs to read of. */
  readonly typing: boolean;
}

/** Holds the desk of a channel and what can be undone of it. */
export class DeskKeeper {
  readonly #history = new History<Desk>();
  #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  get desk(): Desk {
    return this.#desk;
  }

  /** What undo and redo would do now. */
  get next(): { undo: string | null; redo: string | null } {
    return this.#history.next;
  }

  /** @param by who asks, or ''. @throws Error with one line when it does not fit; nothing changed then. */
  do(command: DeskCommand, by: string, context: DeskContext): Outcome {
    if (command.command === 'undo' || command.command === 'redo') return this.#goBack(command.command, by);
    const { before, desk, line, doubt, key } = applyEdit(this.#desk, command, context);
    if (isDeepStrictEqual(desk, this.#desk)) return { line: '', doubt, typing: false };
    this.#history.add({ before, line, by, key });
    this.#desk = desk;
    return { line, doubt, typing: key !== undefined };
  }

  /** The tracks are others now: what was said of them is void. @returns false when there was nothing. */
  forgetSubjects(): boolean {
    const { aliases, named, hidden } = this.#desk.subjects;
    if (aliases.length + named.length + hidden.length === 0) return false;
    const given = named.map(({ rosterIndex }) => rosterIndex).filter((entry) => entry >= 0);
    this.#desk = { ...this.#desk, subjects: NO_MARKS, voidNames: [...new Set([...this.#desk.voidNames, ...given])] };
    return true;
  }

  /** The same ground, put down for another clock or another place of the camera: nobody's edit. */
  recalibrate(calibration: Calibration | null): void {
    if (!isDeepStrictEqual(calibration, this.#desk.calibration)) this.#desk = { ...this.#desk, calibration };
  }

  #goBack(command: 'undo' | 'redo', by: string): Outcome {
    const step = this.#history[command](this.#desk);
    if (!step) throw new Error(command === 'undo' ? 'there is nothing to undo' : 'there is nothing to do again');
    this.#desk = step.before;
    // Who asks is told with the line; whose it was only where that is somebody else.
    const whose = step.by !== by && step.by !== '' ? ` what ${step.by} did` : '';
    return { line: `${command === 'undo' ? 'undone' : 'done again'}${whose}: ${step.line}`, doubt: '', typing: false };
  }
}
