import { RosterEntry } from './project.js';

/** Reading a start list as people have it: CSV as spreadsheets write it, or JSON. Pure, for server and page alike. */

export interface StartList {
  /** Rows that are right, in order. */
  readonly entries: readonly RosterEntry[];
  /** One line for each row that is not: where, what, and what is expected. */
  readonly problems: readonly string[];
}

export const MOST_ENTRIES = 500;
const MOST_PROBLEMS = 50;

type Field = keyof RosterEntry | 'firstName' | 'lastName';

/** Column names as start lists have them, letters only, lower case. */
const COLUMNS: ReadonlyMap<string, Field> = new Map([
  ['name', 'name'],
  ['fullname', 'name'],
  ['athlete', 'name'],
  ['competitor', 'name'],
  ['rider', 'name'],
  ['firstname', 'firstName'],
  ['givenname', 'firstName'],
  ['lastname', 'lastName'],
  ['surname', 'lastName'],
  ['familyname', 'lastName'],
  ['shortname', 'shortName'],
  ['short', 'shortName'],
  ['bib', 'bib'],
  ['number', 'bib'],
  ['no', 'bib'],
  ['startnumber', 'bib'],
  ['team', 'team'],
  ['club', 'team'],
  ['country', 'team'],
  ['nation', 'team'],
  ['lane', 'lane'],
  ['colour', 'colour'],
  ['color', 'colour'],
]);

/** @param text CSV (comma, semicolon or tab) with a line of column names, or JSON: a list of entries, or `{"roster": […]}`. */
export function parseStartList(text: string): StartList {
  const plain = text.replace(/^\uFEFF/, '');
  return /^\s*[[{]/.test(plain) ? fromJson(plain) : fromCsv(plain);
}

function fromJson(text: string): StartList {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { entries: [], problems: [`not JSON: ${error instanceof Error ? error.message : String(error)}`] };
  }
  const list = typeof json === 'object' && json !== null && 'roster' in json ? json.roster : json;
  if (!Array.isArray(list)) return { entries: [], problems: ['expected a list of entries, or {"roster": [ … ]}'] };
  return collect(list.map((entry: unknown, i) => ({ where: `entry ${i + 1}`, entry })));
}

function fromCsv(text: string): StartList {
  const rows = csvRows(text);
  const [header, ...body] = rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  if (!header) return { entries: [], problems: ['the list is empty: expected a line of column names, such as name,bib,team,lane'] };
  const fields = header.cells.map((cell) => COLUMNS.get(cell.toLowerCase().replace(/[^a-z]/g, '')));
  if (!fields.includes('name') && !fields.includes('lastName')) {
    const columns = header.cells.map((c) => `"${c.trim().slice(0, 30)}"`).slice(0, 10);
    return { entries: [], problems: [`line ${header.line}: no column "name"; the columns are ${columns.join(', ')}`] };
  }
  const twice = fields.find((field, i) => field !== undefined && fields.indexOf(field) !== i);
  if (twice !== undefined) return { entries: [], problems: [`line ${header.line}: two columns say "${twice}"`] };
  return collect(body.map(({ cells, line }) => ({ where: `line ${line}`, entry: entryOf(fields, cells) })));
}

/** A row's cells as an entry; what is not right about it, its schema says. */
function entryOf(fields: readonly (Field | undefined)[], cells: readonly string[]): unknown {
  const said: Partial<Record<Field, string>> = {};
  for (const [i, field] of fields.entries()) {
    const text = cells[i]?.trim();
    if (field !== undefined && text) said[field] = text;
  }
  const { firstName, lastName, name, lane, colour, ...rest } = said;
  const whole = name ?? [firstName, lastName].filter((part) => part !== undefined).join(' ');
  const hex = colour === undefined ? undefined : `#${colour.toLowerCase().replace(/^#/, '')}`;
  return {
    ...rest,
    name: whole,
    ...(lane !== undefined && { lane: /^\d+$/.test(lane) ? Number(lane) : lane }),
    ...(hex !== undefined && { colour: hex }),
  };
}

function collect(rows: readonly { where: string; entry: unknown }[]): StartList {
  const entries: RosterEntry[] = [];
  const problems: string[] = [];
  const bibs = new Map<string, string>();
  for (const { where, entry } of rows) {
    const parsed = RosterEntry.safeParse(entry, { reportInput: true });
    if (!parsed.success) {
      problems.push(`${where}: ${problemOf(parsed.error.issues[0])}`);
      continue;
    }
    const { bib, name } = parsed.data;
    const taken = bib === undefined ? undefined : bibs.get(bib);
    if (taken !== undefined) problems.push(`${where}: bib "${bib}" is taken by ${taken}`);
    else if (entries.length >= MOST_ENTRIES) problems.push(`${where}: left out, a start list has at most ${MOST_ENTRIES} entries`);
    else {
      entries.push(parsed.data);
      if (bib !== undefined) bibs.set(bib, `${name} (${where})`);
    }
  }
  if (rows.length === 0) problems.push('the list has no entries');
  const more = problems.length - MOST_PROBLEMS;
  return { entries, problems: more > 0 ? [...problems.slice(0, MOST_PROBLEMS), `and ${more} more`] : problems };
}

const RULES: ReadonlyMap<string, string> = new Map([
  ['lane', 'expected a whole number from 1 to 100'],
  ['colour', 'expected a colour like #1e90ff'],
  ['bib', 'expected at most 8 characters'],
  ['name', 'expected at most 300 characters'],
  ['shortName', 'expected at most 40 characters'],
  ['team', 'expected at most 80 characters'],
]);

function problemOf(issue: { path: PropertyKey[]; message: string; input?: unknown } | undefined): string {
  const field = issue?.path.map(String).join('.') ?? '';
  if (field === 'name' && !issue?.input) return 'name: is missing';
  const value = issue?.input === undefined ? '' : ` "${String(issue.input).slice(0, 40)}"`;
  return field === '' ? (issue?.message ?? 'not valid') : `${field}${value}: ${RULES.get(field) ?? issue?.message}`;
}

/** Rows of a CSV text (RFC 4180: quotes may hold separators, line ends and doubled quotes), with the line each begins on. */
function csvRows(text: string): { line: number; cells: string[] }[] {
  const separator = separatorOf(text);
  const rows: { line: number; cells: string[] }[] = [];
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  let line = 1;
  let began = 1;
  const endCell = (): void => {
    cells.push(cell);
    cell = '';
  };
  const endRow = (): void => {
    endCell();
    rows.push({ line: began, cells });
    cells = [];
    began = line;
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '\n') line++;
    if (isQuoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[++i];
      else isQuoted = false;
    } else if (c === '"' && cell.trim() === '') {
      isQuoted = true;
      cell = '';
    } else if (c === separator) endCell();
    else if (c === '\n') endRow();
    else if (c !== '\r') cell += c;
  }
  if (cell !== '' || cells.length > 0) endRow();
  return rows;
}

/** The one of comma, semicolon and tab that the first line has most of, outside quotes. */
function separatorOf(text: string): string {
  const first = (/^[^\r\n]*\S[^\r\n]*/m.exec(text)?.[0] ?? '').replace(/"[^"]*"/g, '');
  const count = (separator: string): number => first.split(separator).length - 1;
  return [';', '\t'].reduce((best, separator) => (count(separator) > count(best) ? separator : best), ',');
}
