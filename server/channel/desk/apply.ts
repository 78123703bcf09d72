import { isDeepStrictEqual } from 'node:util';
import { type Calibration, CourseGeometry, type DeskCommand, type UnderFeet } from '../../../protocol/index.js';
import type { GraphicCatalogue } from './catalogue.js';
import type { Desk } from './desk.js';
import { applyGraphicCommand } from './graphics.js';
import { applySubjectCommand, carriedOver, type Seen, type SubjectCommand, spelledOut } from './subjects.js';

/** A command that changes the desk itself. */
export type DeskEdit = Exclude<DeskCommand, { command: 'undo' | 'redo' }>;

/** What commands are judged by; all of it as it is now. */
export interface DeskContext {
  readonly catalogue: GraphicCatalogue;
  /** The desk as the project file says it. */
  readonly project: Desk;
  /** Subjects of the newest frame. */
  readonly seen: readonly Seen[];
  /** @returns one line of doubt, or ''. @throws Error when the points cannot be a ground. */
  readonly checkCalibration: (calibration: Calibration) => string;
}

/** What an edit comes to. */
export interface Edited {
  /** As it was, to go back to. */
  readonly before: Desk;
  readonly desk: Desk;
  /** What was done, for a person. */
  readonly line: string;
  /** What the operator should know beside. */
  readonly doubt: string;
  /** See `Step.key`. */
  readonly key?: string | undefined;
}

/** The desk after an edit. Pure. @throws Error with one line when it does not fit; the desk stays as it was. */
export function applyEdit(desk: Desk, command: DeskEdit, context: DeskContext): Edited {
  const done = (patch: Partial<Desk>, line: string, doubt = ''): Edited => ({ before: desk, desk: { ...desk, ...patch }, line, doubt });
  switch (command.command) {
    case 'subject.name':
    case 'subject.swap':
    case 'subject.merge':
    case 'subject.lock':
    case 'subject.hide': {
      const { marks, line } = applySubjectCommand(desk.subjects, command, desk.roster, context.seen);
      const before = { ...desk, subjects: spelledOut(desk.subjects, tracksNamed(command), context.seen) };
      const voidNames = desk.voidNames.filter((entry) => !marks.named.some((mark) => mark.rosterIndex === entry));
      return { before, desk: { ...desk, subjects: marks, voidNames }, line, doubt: '' };
    }
    case 'subject.letGo':
      return done({ voidNames: [] }, 'void names let go');
    case 'roster.set': {
      const subjects = carriedOver(desk.subjects, desk.roster, command.entries);
      return done({ roster: command.entries, subjects, voidNames: [] }, `start list of ${command.entries.length}`);
    }
    case 'calibration.set': {
      const { calibration } = command;
      if (!calibration) return done({ calibration }, 'calibration taken away');
      return done({ calibration }, `calibration from ${calibration.points.length} points`, context.checkCalibration(calibration));
    }
    case 'course.set':
      // Refuses one without length.
      if (command.course) new CourseGeometry(command.course);
      return done({ course: command.course }, command.course ? 'another course' : 'course taken away');
    case 'look.set':
      return done({ look: command.look }, `look ${command.look.mode}`);
    case 'underFeet.set': {
      const { underFeet } = command;
      const { keys, poles } = underFeet;
      const picks = keys.reduce((sum, { draw, never }) => sum + draw.length + never.length, 0);
      const line = `under the feet: ${counted(picks, 'colour pick')}, ${counted(poles.length, 'pole')}`;
      return { ...done({ underFeet }, line), key: slidingKey(desk.underFeet, underFeet) };
    }
    case 'project.revert': {
      const subjects = carriedOver(desk.subjects, desk.roster, context.project.roster);
      return done({ ...context.project, subjects }, 'everything as the project says');
    }
    default: {
      const { graphics, line } = applyGraphicCommand(desk.graphics, command, context.catalogue, desk.roster.length);
      return { ...done({ graphics }, line), key: typingKey(command) };
    }
  }
}

function tracksNamed(command: SubjectCommand): number[] {
  switch (command.command) {
    case 'subject.swap':
      return [command.a, command.b];
    case 'subject.merge':
      return [command.from, command.into];
    default:
      return [command.trackId];
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Tolerance and softness of a key, or a pole's width, again and again, is somebody sliding. */
function slidingKey(before: UnderFeet, after: UnderFeet): string | undefined {
  const rough = ({ keys, poles }: UnderFeet) => [
    keys.map(({ tolerance: _tolerance, softness: _softness, ...rest }) => rest),
    poles.map(({ widthM: _width, ...rest }) => rest),
  ];
  return isDeepStrictEqual(rough(before), rough(after)) ? 'underFeet.set' : undefined;
}

/** Data of the same fields of the same graphic, again and again, is somebody typing. */
function typingKey(command: DeskEdit): string | undefined {
  if (command.command !== 'preview.set' && command.command !== 'graphic.set') return undefined;
  if (!command.data || ('on' in command && command.on !== undefined)) return undefined;
  return `${command.command} ${command.graphic} ${Object.keys(command.data).join(' ')}`;
}
