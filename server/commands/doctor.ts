import { createRequire } from 'node:module';
import { cpus, freemem, totalmem } from 'node:os';
import { type Ability, probeMedia } from '../../media/index.js';
import { findChromium } from '../hosted/index.js';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** `leaderline doctor`: what works on this machine, a line each. Needed parts that are missing make it exit 1. */
export async function doctor(o: { json?: boolean }): Promise<void> {
  const { needed, optional } = await examine();
  if (o.json) console.log(JSON.stringify({ needed, optional }, null, 2));
  else {
    for (const check of needed) console.log(`${check.ok ? 'ok     ' : 'MISSING'} ${check.name.padEnd(22)} ${check.detail}`);
    for (const check of optional) console.log(`${check.ok ? 'ok     ' : 'none   '} ${check.name.padEnd(22)} ${check.detail}`);
  }
  if (needed.some((check) => !check.ok)) process.exitCode = 1;
}

async function examine(): Promise<{ needed: Check[]; optional: Check[] }> {
  const media = await probeMedia();
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const all = (name: string, abilities: readonly Ability[], wanted: readonly string[]): Check => {
    const missing = wanted.filter((w) => !abilities.some((a) => a.name === w && a.present));
    const there = abilities.filter((a) => a.present).map((a) => a.name);
    return { name, ok: missing.length === 0, detail: missing.length === 0 ? there.join(' ') : `without ${missing.join(' ')}` };
  };
  const hardware = media.encoders.filter((e) => e.hardware && e.present).map((e) => e.name);
  const needed: Check[] = [
    { name: 'Node.js', ok: major > 20 || (major === 20 && minor >= 19), detail: `${process.versions.node} (20.19 or later)` },
    { name: 'FFmpeg in process', ok: true, detail: `${media.ffmpegVersion}, ${media.license}` },
    all('encoders', media.encoders, ['libx264', 'aac']),
    all('decoders', media.decoders, ['h264', 'hevc', 'mpeg2video', 'aac']),
    all('protocols', media.protocols, ['file', 'udp', 'srt', 'rtmp', 'http']),
    await attempt('OpenCV (WebAssembly)', async () => {
      const { openCvVersion } = await import('../../tracking/index.js');
      return openCvVersion();
    }),
    await attempt('drawing (Skia)', async () => {
      const { createCanvas } = await import('@napi-rs/canvas');
      const canvas = createCanvas(8, 8);
      const context = canvas.getContext('2d');
      context.fillStyle = '#ff0000';
      context.fillRect(0, 0, 8, 8);
      if (context.getImageData(4, 4, 1, 1).data[0] !== 255) throw new Error('drew the wrong colour');
      return packageVersion('@napi-rs/canvas');
    }),
    {
      name: 'memory',
      ok: totalmem() > 1.5e9,
      detail: `${(totalmem() / 1e9).toFixed(1)} GB, ${(freemem() / 1e9).toFixed(1)} GB free (1.5 GB or more)`,
    },
  ];
  const optional: Check[] = [
    { name: 'processor', ok: true, detail: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}` },
    {
      name: 'hardware encoding',
      ok: hardware.length > 0,
      detail: hardware.join(' ') || 'none opens here: libx264 on the processor',
    },
    hostedGraphics(),
    { name: 'capture devices', ok: media.devices.length > 0, detail: media.devices.map((d) => d.name).join(' ') || 'none found' },
  ];
  return { needed, optional };
}

/** Others' graphics in the composite need a browser. */
function hostedGraphics(): Check {
  const found = findChromium();
  const detail = found.ok ? found.name : `others’ graphics show in the overlay page only: ${found.why}`;
  return { name: 'hosted graphics', ok: found.ok, detail };
}

async function attempt(name: string, work: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, detail: await work() };
  } catch (error) {
    const line = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
    return { name, ok: false, detail: line.slice(0, 100) };
  }
}

function packageVersion(name: string): string {
  const manifest: unknown = createRequire(import.meta.url)(`${name}/package.json`);
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'present';
}
