import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What is used of onnxruntime-node. The package is optional, so its own types may not be there. */
export interface OnnxTensor {
  readonly dims: readonly number[];
  readonly type: string;
  readonly data: ArrayLike<number> | ArrayLike<bigint>;
}
export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Numbers, or names where a size is free. */
  readonly inputMetadata: readonly { readonly type: string; readonly shape: readonly (number | string)[] }[];
  run(feeds: Readonly<Record<string, OnnxTensor>>): Promise<Readonly<Record<string, OnnxTensor>>>;
}
export interface OnnxRuntime {
  readonly InferenceSession: { create(path: string, options: SessionOptions): Promise<OnnxSession> };
  readonly Tensor: new (type: 'float32' | 'int64', data: Float32Array | BigInt64Array, dims: readonly number[]) => OnnxTensor;
}
interface SessionOptions {
  readonly executionProviders: readonly string[];
  /** 3: errors only. */
  readonly logSeverityLevel: 3;
}

const PACKAGE = 'onnxruntime-node';

/**
 * @param name of the package
 * @throws Error with one line when it is not installed or does not load
 */
export async function loadOnnxRuntime(name = PACKAGE): Promise<OnnxRuntime> {
  let loaded: unknown;
  try {
    loaded = await import(name);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    const why = missing ? 'which is not installed' : `which does not load here (${firstLine(error)})`;
    throw new Error(`detector: onnx needs the optional package ${name}, ${why}; run "npm install ${name}"`);
  }
  if (isRuntime(loaded)) return loaded;
  throw new Error(`detector: the ${name} that is installed has no InferenceSession; run "npm install ${name}"`);
}

/**
 * Opens a model on the best device there is: CUDA, CoreML or DirectML, by platform, else the CPU.
 * @throws Error with one line that names the model
 */
export async function openModel(runtime: OnnxRuntime, path: string): Promise<{ session: OnnxSession; provider: string }> {
  if (!existsSync(path)) throw new Error(`detector: model ${path}: no such file`);
  let failure: unknown;
  for (const provider of [...accelerators(), 'cpu']) {
    try {
      const session = await runtime.InferenceSession.create(path, {
        executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
        logSeverityLevel: 3,
      });
      return { session, provider };
    } catch (error) {
      failure = error;
    }
  }
  throw new Error(`detector: model ${path} cannot be opened: ${firstLine(failure)}`);
}

function accelerators(): readonly string[] {
  const cuda = hasCuda() ? ['cuda'] : [];
  switch (process.platform) {
    case 'darwin':
      return ['coreml'];
    case 'win32':
      return [...cuda, 'dml'];
    default:
      return cuda;
  }
}

/** CUDA's library is not in the package; the user adds it beside the runtime. Asking for it in vain prints an error from native code. */
function hasCuda(): boolean {
  try {
    const bin = join(dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`)), 'bin');
    const library = process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
    return readdirSync(bin).some((api) => existsSync(join(bin, api, process.platform, process.arch, library)));
  } catch {
    return false;
  }
}

function isRuntime(value: unknown): value is OnnxRuntime {
  return typeof value === 'object' && value !== null && 'InferenceSession' in value && 'Tensor' in value;
}

export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0];
}
