import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { z } from 'zod';
import { unpackTar } from './unpack-tar.js';

const PACKAGE = '@sparticuz/chromium';
/** Names a Chromium (or Chrome) to be used instead of the package's. */
export const CHROMIUM_VARIABLE = 'LEADERLINE_CHROMIUM';
/** Fontconfig's file without the machine's own fonts: text looks the same everywhere. */
export const ALONE = 'fonts-alone.conf';
const LOCK_STALE_MS = 60_000;
const unbrotli = promisify(brotliDecompress);

/** A Chromium to start. */
export interface Chromium {
  readonly program: string;
  /** What it needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Which Chromium there is for hosted graphics; `program` null: the package's, which is unpacked when first used. */
export type Found =
  | { readonly ok: true; readonly program: string | null; readonly name: string }
  | { readonly ok: false; readonly why: string };

/** Looks for a Chromium without starting or unpacking anything. */
export function findChromium(): Found {
  const named = process.env[CHROMIUM_VARIABLE];
  if (named) {
    try {
      accessSync(named, constants.X_OK);
      return { ok: true, program: named, name: named };
    } catch {
      return { ok: false, why: `${CHROMIUM_VARIABLE} names ${named}, which is no program that can be run` };
    }
  }
  const elsewhere = `set ${CHROMIUM_VARIABLE} to a Chromium`;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { ok: false, why: `${PACKAGE} runs on Linux x64 only, this is ${process.platform} ${process.arch}: ${elsewhere}` };
  const version = packageVersion();
  if (version === undefined) return { ok: false, why: `the optional package ${PACKAGE} is not installed: npm install, or ${elsewhere}` };
  return { ok: true, program: null, name: `${PACKAGE} ${version}` };
}

/**
 * The Chromium there is, ready to be started.
 * @param folder where the package's is unpacked to, once a version (206 MB, seconds)
 * @throws Error with one line where there is none.
 */
export async function readyChromium(folder: string): Promise<Chromium> {
  const found = findChromium();
  if (!found.ok) throw new Error(found.why);
  return found.program === null ? await unpackedChromium(folder) : { program: found.program, env: {} };
}

/** The package's Chromium, unpacked by whoever comes first; others, in other processes too, wait. @throws Error with one line. */
export async function unpackedChromium(parent: string): Promise<Chromium> {
  const folder = join(parent, `chromium-${packageVersion() ?? 'none'}`);
  const lock = `${folder}.lock`;
  mkdirSync(parent, { recursive: true });
  while (!existsSync(folder)) {
    if (!takeLock(lock)) {
      await sleep(100);
      continue;
    }
    try {
      if (!existsSync(folder)) await unpackInto(folder, join(packageRoot(), 'bin'));
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
  const { LD_LIBRARY_PATH: inherited } = process.env;
  const libraries = [join(folder, 'lib'), folder, ...(inherited ? [inherited] : [])].join(':');
  return {
    program: join(folder, 'chromium'),
    env: {
      LD_LIBRARY_PATH: libraries,
      FONTCONFIG_PATH: folder,
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
      XDG_CACHE_HOME: join(folder, 'cache'),
      VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'),
    },
  };
}

/** `mkdir` either makes the folder or fails: a lock between processes. One left behind by a killed process is broken after a minute. */
function takeLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > LOCK_STALE_MS) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

/** Unpacks beside the folder and renames at the end, so that a folder that exists is a whole one. */
async function unpackInto(folder: string, bin: string): Promise<void> {
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  const unpack = async (name: string): Promise<Buffer> => await unbrotli(readFileSync(join(bin, name)));
  const [program, libraries, graphics, fonts] = await Promise.all(
    ['chromium.br', 'al2023.tar.br', 'swiftshader.tar.br', 'fonts.tar.br'].map(unpack),
  );
  if (!program || !libraries || !graphics || !fonts) throw new Error(`the package ${PACKAGE} is not whole: run npm ci`);
  writeFileSync(join(part, 'chromium'), program);
  chmodSync(join(part, 'chromium'), 0o755);
  for (const tar of [libraries, graphics, fonts]) unpackTar(tar, part);
  writeFileSync(join(part, 'fonts.conf'), fontsConf(['<dir>/usr/share/fonts</dir>', '<dir>/usr/local/share/fonts</dir>']));
  writeFileSync(join(part, ALONE), fontsConf([]));
  renameSync(part, folder);
}

/** The package's fonts and others; relative to the file itself, so that the folder may be moved. */
function fontsConf(others: readonly string[]): string {
  const dirs = ['<dir prefix="relative">fonts</dir>', ...others].join('');
  const cache = '<cachedir prefix="xdg">fontconfig</cachedir>';
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${dirs}${cache}</fontconfig>`;
}

function packageVersion(): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
    return z.object({ version: z.string() }).parse(manifest).version;
  } catch {
    return undefined;
  }
}

/** @throws Error where the package is not installed. */
function packageRoot(): string {
  let at = dirname(createRequire(import.meta.url).resolve(PACKAGE));
  while (!existsSync(join(at, 'bin'))) {
    const up = dirname(at);
    if (up === at) throw new Error(`the package ${PACKAGE} carries no bin folder: run npm ci`);
    at = up;
  }
  return at;
}
