import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CHANNEL_THREADS } from '../media/index.js';

/**
 * From so many megabytes on V8 thinks of collecting all garbage. It counts FFmpeg's pictures that JavaScript has looked at as its own: by its own limit it
 * went over everything more than once a second, a tenth of a core for a small channel.
 */
const HEAP_MB = 256;

/** Starts a module in a process of its own, for pictures to pass through; it takes and sends messages with structured clones. */
export function ownProcess(module: URL): ChildProcess {
  return fork(fileURLToPath(module), [], {
    serialization: 'advanced',
    execArgv: [...process.execArgv, `--initial-old-space-size=${HEAP_MB}`],
    // Every FFmpeg call that waits for a network holds a thread of the pool.
    // glibc would give each of those threads an arena of its own, and keep in all of them what one has freed: 90 MB more at 1080p.
    env: { MALLOC_ARENA_MAX: '2', ...process.env, UV_THREADPOOL_SIZE: String(CHANNEL_THREADS) },
    // A terminal's Ctrl-C reaches the whole group: the child ignores it and waits to be told, so that its files are closed in order.
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}
