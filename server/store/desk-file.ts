import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { Calibration, Course, Look, NO_MARKS, RosterEntry, UnderFeet } from '../../protocol/index.js';
import type { Desk, GraphicCatalogue } from '../channel/desk/index.js';
import { describeIssue } from '../project-file.js';

/** What a channel's desk is kept in, `desk.json`: it outlives the server. */

const data = z.record(z.string(), z.json());
const Item = z.strictObject({
  id: z.string().max(60),
  type: z.string().max(60),
  title: z.string().max(120).optional(),
  on: z.boolean(),
  step: z.number().int().min(0),
  data,
  pending: data.optional(),
});
/** Parts that the project file says too; each is kept with a hash of what it said, so that a part changed there since wins. */
const PARTS = ['graphics', 'roster', 'course', 'calibration', 'look', 'underFeet'] as const;
type Part = (typeof PARTS)[number];
const DeskFile = z.strictObject({
  version: z.literal(1),
  project: z.partialRecord(z.enum(PARTS), z.string().max(64)),
  graphics: z.array(Item).max(200),
  roster: z.array(RosterEntry).max(500),
  course: Course.nullable(),
  calibration: Calibration.nullable(),
  look: Look,
  /** Desks of earlier versions have none. */
  underFeet: UnderFeet.prefault({}),
  /** Entries of the start list that were given to tracks by hand: void after a restart. */
  namedByHand: z.array(z.number().int().min(0)).max(500).default([]),
});
type DeskFile = z.infer<typeof DeskFile>;

/** A take within this after another is written together with it. */
const DEBOUNCE_MS = 300;
const LARGEST_BYTES = 64 * 1024 * 1024;

/**
 * Reads the desk of an earlier run.
 * @param project the desk as the project file says it now
 * @param log told in one line of everything that is not as it was: a damaged file (kept aside), a graphic that does not fit any more, a part taken from the project
 * @returns null where there is none, or none that can be read
 */
export function loadDesk(path: string, project: Desk, catalogue: GraphicCatalogue, log: (line: string) => void): Desk | null {
  if (!existsSync(path)) return null;
  let file: DeskFile;
  try {
    file = read(path);
  } catch (error) {
    const aside = `${path}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`;
    renameSync(path, aside);
    log(`${path}: ${error instanceof Error ? error.message : String(error)}; starting as the project says, the file is kept as ${aside}`);
    return null;
  }
  const { version: _version, project: said, graphics, namedByHand, ...rest } = file;
  const desk: Desk = {
    ...rest,
    subjects: NO_MARKS,
    voidNames: namedByHand,
    graphics: graphics.flatMap((item) => fitting(item, catalogue, file.roster.length, log)),
  };
  for (const part of PARTS) {
    if (said[part] === hash(project[part])) continue;
    Object.assign(desk, { [part]: project[part], ...(part === 'roster' && { voidNames: [] }) });
    // A desk of an earlier version knows nothing of it.
    if (said[part] !== undefined) log(`${part}: changed in the project file since, taken from there`);
  }
  return desk;
}

/** Writes a channel's desk to its file: whole or not at all, soon after a change, never two at once. */
export class DeskWriter {
  readonly #path: string;
  readonly #hashes: DeskFile['project'];
  readonly #log: (line: string) => void;
  #next: Desk | null = null;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();
  #failed = false;

  constructor(path: string, project: Desk, log: (line: string) => void) {
    this.#path = path;
    this.#hashes = {};
    for (const part of PARTS) this.#hashes[part] = hash(project[part]);
    this.#log = log;
  }

  save(desk: Desk): void {
    this.#next = desk;
    this.#timer ??= setTimeout(() => void this.flush(), DEBOUNCE_MS);
  }

  /** Resolves once what was saved last is on disk, or could not be written, which is said. */
  async flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const desk = this.#next;
    this.#next = null;
    if (desk) this.#writing = this.#writing.then(() => this.#write(desk));
    await this.#writing;
  }

  async #write({ graphics, roster, course, calibration, look, underFeet, subjects, voidNames }: Desk): Promise<void> {
    const named = subjects.named.map(({ rosterIndex }) => rosterIndex).filter((entry) => entry >= 0);
    const namedByHand = [...new Set([...voidNames, ...named])].slice(0, 500);
    const file = { version: 1, project: this.#hashes, graphics, roster, course, calibration, look, underFeet, namedByHand };
    const temporary = `${this.#path}.${randomUUID()}`;
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      const handle = await open(temporary, 'wx', 0o600);
      try {
        await handle.writeFile(JSON.stringify(file));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, this.#path);
      this.#failed = false;
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      // A full disk stays full for a while: once is enough.
      if (!this.#failed)
        this.#log(
          `${this.#path}: cannot be written, changes are lost at a restart: ${error instanceof Error ? error.message : String(error)}`,
        );
      this.#failed = true;
    }
  }
}

function read(path: string): DeskFile {
  const bytes = readFileSync(path);
  if (bytes.length > LARGEST_BYTES) throw new Error('too large to be a desk');
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new Error(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = DeskFile.safeParse(json, { reportInput: true });
  if (!parsed.success) throw new Error(describeIssue(parsed.error));
  return parsed.data;
}

/** A graphic whose type or fields are others in this version is left out rather than the whole desk. */
function fitting(
  item: z.infer<typeof Item>,
  catalogue: GraphicCatalogue,
  competitors: number,
  log: (line: string) => void,
): Desk['graphics'][number][] {
  const { title, pending, ...rest } = item;
  try {
    const data = catalogue.parse(rest.type, rest.data);
    return [
      {
        ...rest,
        ...(title !== undefined && { title }),
        step: Math.min(rest.step, catalogue.steps({ type: rest.type, data }, competitors) - 1),
        data,
        ...(pending && { pending: catalogue.parse(rest.type, pending) }),
      },
    ];
  } catch (error) {
    log(`graphic "${item.id}" left out: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

function hash(part: Desk[Part]): string {
  return createHash('sha256').update(JSON.stringify(part)).digest('hex').slice(0, 16);
}
