import { parseRational, type Rational, type Size, type SyntheticScene } from '../protocol/index.js';
import { drone } from './drone.js';
import type { SceneOptions } from './scene.js';
import { shop } from './shop.js';
import { sprint } from './sprint.js';
import { swim } from './swim.js';

const BUILDERS: Readonly<Record<string, (options: SceneOptions) => SyntheticScene>> = { sprint, swim, drone, shop };

export const sceneNames: readonly string[] = Object.keys(BUILDERS);

const DEFAULTS: SceneOptions = { size: { width: 1280, height: 720 }, fps: { num: 30, den: 1 }, seed: 1 };
const SMALLEST = 64;
const LARGEST = 4096;

/**
 * Makes a scene from its name, with or without `sim:`, and parameters: `sprint`, `sim:sprint?seed=3&size=1920x1080&fps=30`. What the name says
 * itself goes before `options`; default 1280x720, 30 fps, seed 1.
 * @throws Error, one line, for an unknown scene, an unknown parameter or a bad value.
 */
export function createScene(spec: string, options: { size?: Size; fps?: Rational; seed?: number } = {}): SyntheticScene {
  const [name = '', query = ''] = spec.replace(/^sim:/, '').split('?', 2);
  const build = Object.hasOwn(BUILDERS, name) ? BUILDERS[name] : undefined;
  if (!build) throw new Error(`unknown scene "${name}": there are ${sceneNames.join(', ')} (as in sim:${sceneNames[0]}?seed=3)`);
  const chosen = { ...DEFAULTS, ...options };
  for (const [key, value] of new URLSearchParams(query)) {
    if (key === 'seed')
      chosen.seed = /^\d{1,9}$/.test(value) ? Number(value) : refuse(spec, key, value, 'a whole number from 0 to 999999999');
    else if (key === 'size') chosen.size = readSize(value) ?? refuse(spec, key, value, 'like 1280x720');
    else if (key === 'fps') chosen.fps = parseRational(value) ?? refuse(spec, key, value, 'like 30, 29.97 or 30000/1001');
    else throw new Error(`unknown parameter "${key}" in ${spec}: there are seed, size and fps`);
  }
  const { width, height } = chosen.size;
  if (![width, height].every((v) => Number.isInteger(v) && v >= SMALLEST && v <= LARGEST)) {
    throw new Error(`a scene's size must be whole pixels from ${SMALLEST} to ${LARGEST} each way, not ${width}x${height}`);
  }
  if (!Number.isInteger(chosen.seed)) throw new Error(`a scene's seed must be a whole number, not ${chosen.seed}`);
  return build(chosen);
}

function readSize(text: string): Size | undefined {
  const match = /^(\d{1,5})x(\d{1,5})$/.exec(text);
  return match ? { width: Number(match[1]), height: Number(match[2]) } : undefined;
}

function refuse(spec: string, key: string, value: string, rule: string): never {
  throw new Error(`${key} must be ${rule}, not "${value}" (in ${spec})`);
}
