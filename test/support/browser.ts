import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { unpackTar } from './unpack.js';

const LOCK_STALE_MS = 60_000;
const unbrotli = promisify(brotliDecompress);

/**
 * Starts the Chromium that came with the packages: headless, software WebGL2, H.264, its own libraries and fonts. The first call on a
 * machine unpacks it into the temporary folder (a few seconds); later ones and other processes use what is there.
 * @throws Error with one line when the package is absent or the machine is not Linux on x64.
 */
export async function launchBrowser(): Promise<Browser> {
  const folder = await unpackedChromium();
  const { LD_LIBRARY_PATH: inherited } = process.env;
  return await chromium.launch({
    executablePath: join(folder, 'chromium'),
    headless: true,
    timeout: 60_000,
    env: {
      ...process.env,
      LD_LIBRARY_PATH: [join(folder, 'lib'), folder, ...(inherited ? [inherited] : [])].join(':'),
      FONTCONFIG_PATH: folder,
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
      XDG_CACHE_HOME: join(folder, 'cache'),
      VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'),
    },
    args: [
      '--no-sandbox',
      '--no-zygote',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-domain-reliability',
      '--disable-sync',
      '--disable-quic',
      '--no-pings',
      '--disable-dev-shm-usage',
      '--font-render-hinting=none',
      '--ignore-gpu-blocklist',
      '--in-process-gpu',
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
}

/** @returns the folder with `chromium` and all it needs, unpacked by whoever comes first; the others wait. */
async function unpackedChromium(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`the bundled Chromium runs on Linux x64 only, not on ${process.platform} ${process.arch}`);
  const root = packageRoot('@sparticuz/chromium');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const user = process.getuid?.() ?? 0;
  const folder = join(tmpdir(), `leaderline-chromium-${version}-${user}`);
  const lock = `${folder}.lock`;
  while (!existsSync(folder)) {
    if (takeLock(lock)) {
      try {
        if (!existsSync(folder)) await unpackInto(folder, join(root, 'bin'));
      } finally {
        rmSync(lock, { recursive: true, force: true });
      }
    } else await sleep(100);
  }
  return folder;
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
  const part = `${folder}.part-${process.pid}`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  const unpack = async (name: string): Promise<Buffer> => await unbrotli(readFileSync(join(bin, name)));
  const [program, libraries, graphics, fonts] = await Promise.all(
    ['chromium.br', 'al2023.tar.br', 'swiftshader.tar.br', 'fonts.tar.br'].map(unpack),
  );
  writeFileSync(join(part, 'chromium'), program);
  chmodSync(join(part, 'chromium'), 0o755);
  for (const tar of [libraries, graphics, fonts]) unpackTar(tar, part);
  writeFileSync(
    join(part, 'fonts.conf'),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/cache</cachedir></fontconfig>`,
  );
  renameSync(part, folder);
}

function packageRoot(name: string): string {
  let at = dirname(createRequire(import.meta.url).resolve(name));
  while (!existsSync(join(at, 'bin'))) {
    const up = dirname(at);
    if (up === at) throw new Error(`the package ${name} carries no bin folder: run npm ci`);
    at = up;
  }
  return at;
}
