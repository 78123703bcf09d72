import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { ALONE, unpackedChromium } from '../../server/hosted/chromium.js';

/** Where tests have it unpacked: once a machine. */
export const CHROMIUM_FOLDER = join(tmpdir(), `leaderline-test-${process.getuid?.() ?? 0}`);

/**
 * Starts the Chromium that came with the packages: headless, software WebGL2, H.264, its own libraries and fonts. The first call on a
 * machine unpacks it into the temporary folder (a few seconds); later ones and other processes use what is there.
 * @throws Error with one line when the package is absent or the machine is not Linux on x64.
 */
export async function launchBrowser(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`the bundled Chromium runs on Linux x64 only, not on ${process.platform} ${process.arch}`);
  const { program, env } = await unpackedChromium(CHROMIUM_FOLDER);
  return await chromium.launch({
    executablePath: program,
    headless: true,
    timeout: 60_000,
    env: { ...process.env, ...env, FONTCONFIG_FILE: join(dirname(program), ALONE) },
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
