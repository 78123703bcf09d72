import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../cli.js', import.meta.url));

/** Runs `leaderline ARGS` in a process of its own and returns the JSON object it ends with (an empty one when it prints none). */
export async function leaderlineJson(args: readonly string[]): Promise<Record<string, unknown>> {
  return nodeJson([CLI, ...args]);
}

/** Runs `node ARGS`; the last line of its output is JSON. @throws Error with what it printed when it fails. */
export function nodeJson(args: readonly string[]): Promise<Record<string, unknown>> {
  const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code !== 0) return reject(new Error(`${args.slice(0, 3).join(' ')} ended with ${code}: ${stderr.trim()}`));
      const last = stdout.trim().split('\n').at(-1) ?? '';
      resolve(last.startsWith('{') ? Object(JSON.parse(last)) : {});
    });
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? Number(sorted[middle]) : (Number(sorted[middle - 1]) + Number(sorted[middle])) / 2;
}
