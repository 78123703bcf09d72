import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { type Channel, Project } from '../protocol/index.js';
import { UsageError } from './usage-error.js';

/** A project and the folder its relative paths are relative to. */
export interface LoadedProject {
  readonly project: Project;
  readonly path: string;
  readonly baseDir: string;
}

/** Beside the project file: the pictures that its graphics show. */
export const IMAGES_FOLDER = 'images';

/** Reads and checks a project file. @throws UsageError: one line with file, field, value and what is expected. */
export function loadProject(path: string): LoadedProject {
  const text = readText(path);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path}: not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = Project.safeParse(json, { reportInput: true });
  if (!parsed.success) throw new UsageError(`${path}: ${describeIssue(parsed.error)}`);
  return { project: parsed.data, path, baseDir: dirname(resolve(path)) };
}

/** The channel of that id, or the first. @throws UsageError naming the channels there are. */
export function pickChannel(loaded: LoadedProject, id: string | undefined): Channel {
  const { channels } = loaded.project;
  const channel = id === undefined ? channels[0] : channels.find((c) => c.id === id);
  if (!channel) throw new UsageError(`${loaded.path}: no channel "${id}"; it has ${channels.map((c) => c.id).join(', ')}`);
  return channel;
}

/** The first issue of a schema error as one line: field, value, rule. */
export function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (!issue) return 'not valid';
  const field = issue.path.reduce<string>(
    (at, key) => (typeof key === 'number' ? `${at}[${key}]` : at ? `${at}.${String(key)}` : String(key)),
    '',
  );
  const value = issue.input === undefined ? '' : ` (is ${shorten(JSON.stringify(issue.input))})`;
  const more = error.issues.length > 1 ? `; and ${error.issues.length - 1} more` : '';
  return `${field || 'the whole'}: ${issue.message}${issue.code === 'unrecognized_keys' ? '' : value}${more}`;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    const why =
      code === 'ENOENT'
        ? 'no such file'
        : code === 'EISDIR'
          ? 'is a folder, expected a file'
          : code === 'EACCES'
            ? 'may not be read'
            : String(error);
    throw new UsageError(`${path}: ${why}`);
  }
}
