import { z } from 'zod';
import { ControlCommand } from '../../protocol/index.js';
import { HttpFailure } from './route.js';
import { oneLine } from './zod-line.js';

const track = z.number().int().min(0);

/** Bodies of the addresses below: the rest of the command. */
export const subjectBodies = {
  SubjectName: z.strictObject({ rosterIndex: z.number().int().min(-1) }),
  SubjectLock: z.strictObject({ locked: z.boolean() }),
  SubjectHide: z.strictObject({ hidden: z.boolean() }),
  SubjectSwap: z.strictObject({ a: track, b: track }),
  SubjectMerge: z.strictObject({ from: track, into: track }),
  SubjectFollow: z.strictObject({ x: z.number(), y: z.number(), mediaTimeUs: track.optional() }),
} as const;

interface SubjectAction {
  /** Below `subjects/`. */
  readonly path: string;
  readonly command: `subject.${string}`;
  readonly summary: string;
  readonly takes: keyof typeof subjectBodies;
  /** Where no body is sent; absent: one must be. */
  readonly whenBare?: object;
}

/** What is said of subjects over HTTP, under the names of OSC. */
export const subjectActions: readonly SubjectAction[] = [
  { path: ':track/name', command: 'subject.name', summary: 'A subject: who this is', takes: 'SubjectName' },
  {
    ...{ path: ':track/lock', command: 'subject.lock', summary: 'A subject: its name goes to nobody else; false lets it go' },
    ...{ takes: 'SubjectLock', whenBare: { locked: true } },
  },
  {
    ...{ path: ':track/hide', command: 'subject.hide', summary: 'A subject: not reported; false shows it again' },
    ...{ takes: 'SubjectHide', whenBare: { hidden: true } },
  },
  { path: 'swap', command: 'subject.swap', summary: 'Two subjects that were taken for one another', takes: 'SubjectSwap' },
  { path: 'merge', command: 'subject.merge', summary: 'One person under two track numbers', takes: 'SubjectMerge' },
  { path: 'follow', command: 'subject.follow', summary: 'Follow what is at a place of the picture, source pixels', takes: 'SubjectFollow' },
];

/**
 * @param action below `subjects/`: `17/name`, `swap`, …
 * @param fields the rest of the command; undefined: none were given
 * @throws HttpFailure 404 for no such action, 400 for fields that do not fit it
 */
export function subjectCommand(action: string, fields: object | undefined): ControlCommand {
  const [, trackId, one] = /^(\d{1,10})(\/\w+)$/.exec(action) ?? [];
  const found = subjectActions.find(({ path }) => path === (one === undefined ? action : `:track${one}`));
  if (!found)
    throw new HttpFailure(
      404,
      `subjects have no "${action.slice(0, 60)}": they have TRACK/name, TRACK/lock, TRACK/hide, swap, merge, follow`,
    );
  const given = { ...(fields ?? found.whenBare), ...(trackId !== undefined && { trackId: Number(trackId) }) };
  const command = ControlCommand.safeParse({ ...given, command: found.command });
  if (!command.success) throw new HttpFailure(400, `not what ${found.command} takes: ${oneLine(command.error)}`);
  return command.data;
}
