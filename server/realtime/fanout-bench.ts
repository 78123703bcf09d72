import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

export interface FanoutBenchOptions {
  /** Clients connected at once. */
  readonly clients: number;
  /** Positions a second. */
  readonly hz: number;
  readonly seconds: number;
  /** Bytes of a message's payload: 404 are five subjects. */
  readonly subjects: number;
}

/** How positions are sent: bare `ws` (one `send` a client), socket.io as it comes, ours to pages, ours to ws readers. */
export const FanoutMode = z.enum(['ws', 'socket.io', 'pages', 'readers']);
export type FanoutMode = z.infer<typeof FanoutMode>;

export const FanoutResult = z.object({
  mode: FanoutMode,
  clients: z.number(),
  /** Messages that reached clients, and that the server left out for slow ones. */
  delivered: z.number(),
  skipped: z.number(),
  /** Server CPU (user and system) a delivered message. */
  cpuUs: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
});
export type FanoutResult = z.infer<typeof FanoutResult>;

export interface FanoutReport {
  readonly results: readonly FanoutResult[];
  /** Our CPU a message to a page over that of bare ws. */
  readonly pagesOverWs: number;
  readonly options: FanoutBenchOptions;
}

export const FANOUT_DEFAULTS: FanoutBenchOptions = { clients: 600, hz: 50, seconds: 8, subjects: 5 };

/**
 * Measures what sending positions costs: a server in one process, clients in another, each way of sending in turn, bare `ws` first and last
 * (the mean of the two counts, as other work on the machine comes and goes).
 * @param tell gets one line of progress after each measurement.
 */
export async function benchFanout(
  options: Partial<FanoutBenchOptions> = {},
  tell: (line: string) => void = () => undefined,
): Promise<FanoutReport> {
  const o = { ...FANOUT_DEFAULTS, ...options };
  const measured: FanoutResult[] = [];
  for (const mode of ['ws', 'socket.io', 'pages', 'readers', 'ws'] as const) {
    const result = await measure(mode, o);
    measured.push(result);
    tell(row(result));
  }
  const bare = measured.filter((r) => r.mode === 'ws');
  const mean = (pick: (r: FanoutResult) => number): number => bare.reduce((sum, r) => sum + pick(r), 0) / bare.length;
  const first = bare[0];
  if (!first) throw new Error('the fan-out bench measured nothing');
  const ws = { ...first, cpuUs: mean((r) => r.cpuUs), p50Ms: mean((r) => r.p50Ms), p99Ms: mean((r) => r.p99Ms) };
  const results = [ws, ...measured.filter((r) => r.mode !== 'ws')];
  const pages = results.find((r) => r.mode === 'pages');
  return { results, pagesOverWs: (pages?.cpuUs ?? 0) / ws.cpuUs, options: o };
}

/** The report as a table for people. */
export function fanoutTable({ results, pagesOverWs, options: o }: FanoutReport): string {
  const head = `${o.clients} clients, ${o.hz} positions a second, ${o.seconds} s each\n${'way'.padEnd(12)}${'CPU/message'.padStart(12)}${'p50'.padStart(10)}${'p99'.padStart(10)}${'delivered'.padStart(12)}${'skipped'.padStart(9)}`;
  return `${head}\n${results.map(row).join('\n')}\npages cost ${pagesOverWs.toFixed(2)} × bare ws`;
}

const NAMES: Readonly<Record<FanoutMode, string>> = { ws: 'bare ws', 'socket.io': 'socket.io', pages: 'our pages', readers: 'our ws' };

function row(r: FanoutResult): string {
  const us = `${r.cpuUs.toFixed(1)} µs`.padStart(12);
  const ms = [r.p50Ms, r.p99Ms].map((v) => `${v.toFixed(1)} ms`.padStart(10)).join('');
  return `${NAMES[r.mode].padEnd(12)}${us}${ms}${`${r.delivered}`.padStart(12)}${`${r.skipped}`.padStart(9)}`;
}

const Ready = z.object({ port: z.number() });

async function measure(mode: FanoutMode, o: FanoutBenchOptions): Promise<FanoutResult> {
  const run = (file: string, ...rest: (string | number)[]) =>
    fork(fileURLToPath(new URL(file, import.meta.url)), [mode, JSON.stringify(o), ...rest.map(String)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  const next = async (child: ReturnType<typeof run>): Promise<unknown> => {
    const ended = once(child, 'exit').then(() => Promise.reject(new Error(`the ${mode} bench ended early`)));
    const [message] = await Promise.race([once(child, 'message'), ended]);
    return message;
  };
  const server = run('./fanout-bench-server.js');
  let clients: ReturnType<typeof run> | undefined;
  try {
    const { port } = Ready.parse(await next(server));
    clients = run('./fanout-bench-clients.js', port);
    await next(clients);
    server.send('go');
    const sent = ServerReport.parse(await next(server));
    clients.send('stop');
    const got = ClientReport.parse(await next(clients));
    const { delivered, p50Ms, p99Ms } = got;
    return { mode, clients: o.clients, delivered, skipped: sent.skipped, cpuUs: sent.cpuUs / Math.max(1, delivered), p50Ms, p99Ms };
  } finally {
    clients?.kill();
    server.kill();
  }
}

/** What the server process reports: its CPU time while it sent. */
export const ServerReport = z.object({ cpuUs: z.number(), skipped: z.number() });
/** What the client process reports. */
export const ClientReport = z.object({ delivered: z.number(), p50Ms: z.number(), p99Ms: z.number() });

/** Monotonic time of this machine, the same in every process, microseconds. */
export function machineTimeUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
