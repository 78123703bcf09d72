import type { ChannelStatus } from '../../protocol/index.js';

/** What the sockets of one channel did since the server started. */
export interface RealtimeCounters {
  /** Pages connected over socket.io, and readers or trackers connected over ws. */
  readonly pages: number;
  readonly readers: number;
  /** Positions written to a client, and left out because it was too slow. */
  readonly delivered: number;
  readonly skipped: number;
  /** Positions from outside: taken, and refused. */
  readonly pushed: number;
  readonly refused: number;
}

/** What came in over OSC, by what became of it. */
export type OscFigures = Readonly<Record<'taken' | 'refused' | 'malformed' | 'dropped', number>>;

export interface ServerUsage {
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly cpuSeconds: number;
  readonly uptimeSeconds: number;
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly Sample[];
}

type ChannelView = { readonly status: ChannelStatus; readonly counters: RealtimeCounters };

const STATUS: readonly (readonly [string, Metric['type'], string, (s: ChannelStatus) => number])[] = [
  ['frames_in_total', 'counter', 'Frames that arrived from the source.', (s) => s.framesIn],
  ['frames_out_total', 'counter', 'Frames composited and sent to the outputs.', (s) => s.framesOut],
  ['frames_late_total', 'counter', 'Frames whose tracking came after the ring let them go.', (s) => s.framesLate],
  ['frames_predicted_total', 'counter', 'Frames drawn from predicted positions.', (s) => s.framesPredicted],
  ['frames_dropped_total', 'counter', 'Frames dropped before compositing.', (s) => s.framesDropped],
  ['ring_depth_frames', 'gauge', 'Frames that wait for their graphics.', (s) => s.ringDepth],
  ['added_delay_frames', 'gauge', 'Frames between arrival and composite.', (s) => s.addedDelayFrames],
  ['media_time_seconds', 'gauge', 'Media time of the newest composited frame.', (s) => s.mediaTimeUs / 1e6],
  ['source_fps', 'gauge', 'Frame rate of the source.', (s) => s.fps],
  ['pose_confidence', 'gauge', 'Confidence of the camera pose, 0 to 1.', (s) => s.poseConfidence],
  ['subjects', 'gauge', 'Subjects tracked now.', (s) => s.subjects],
  ['restarts_total', 'counter', 'Times the channel process was restarted.', (s) => s.restarts],
  ['hosted_pictures_total', 'counter', 'Pictures of others’ graphics taken into the composite.', (s) => s.hosted?.pictures ?? 0],
  ['hosted_superseded_total', 'counter', 'Those left out because a newer one came.', (s) => s.hosted?.superseded ?? 0],
  ['hosted_restarts_total', 'counter', 'Times their browser was started again.', (s) => s.hosted?.restarts ?? 0],
  ['memory_bytes', 'gauge', 'Resident memory of the channel process.', (s) => s.memoryBytes],
  ['running', 'gauge', '1 while the channel is meant to run.', (s) => (s.running ? 1 : 0)],
  ['up', 'gauge', '1 while the source is live.', (s) => (s.source === 'live' ? 1 : 0)],
];

/** Prometheus text exposition (version 0.0.4) of every channel and of the server itself. */
export function metricsText(channels: readonly ChannelView[], usage: ServerUsage, osc?: OscFigures): string {
  const each = (value: (c: ChannelView) => number): Sample[] =>
    channels.map((c) => ({ labels: { channel: c.status.channel }, value: value(c) }));
  const split = (name: string, pick: readonly (readonly [string, (c: RealtimeCounters) => number])[]): Sample[] =>
    channels.flatMap((c) =>
      pick.map(([label, value]) => ({ labels: { channel: c.status.channel, [name]: label }, value: value(c.counters) })),
    );
  const metrics: Metric[] = [
    ...STATUS.map(([name, type, help, value]) => ({ name, type, help, samples: each((c) => value(c.status)) })),
    { name: 'stage_milliseconds', type: 'gauge', help: 'Time a frame spends in a stage.', samples: channels.flatMap(stageSamples) },
    {
      name: 'output_frames_dropped_total',
      type: 'counter',
      help: 'Frames that an output lost.',
      samples: channels.flatMap(outputSamples),
    },
    {
      name: 'clients',
      type: 'gauge',
      help: 'Connected clients.',
      samples: split('kind', [
        ['page', (c) => c.pages],
        ['reader', (c) => c.readers],
      ]),
    },
    {
      name: 'positions_delivered_total',
      type: 'counter',
      help: 'Positions written to clients.',
      samples: each((c) => c.counters.delivered),
    },
    {
      name: 'positions_skipped_total',
      type: 'counter',
      help: 'Positions kept from slow clients.',
      samples: each((c) => c.counters.skipped),
    },
    {
      name: 'positions_pushed_total',
      type: 'counter',
      help: 'Position messages from outside.',
      samples: split('result', [
        ['taken', (c) => c.pushed],
        ['refused', (c) => c.refused],
      ]),
    },
    {
      name: 'osc_messages_total',
      type: 'counter',
      help: 'Messages that came in over OSC.',
      samples: Object.entries(osc ?? {}).map(([result, value]) => ({ labels: { result }, value })),
    },
    { name: 'server_resident_bytes', type: 'gauge', help: 'Resident memory of the server process.', samples: one(usage.residentBytes) },
    { name: 'server_heap_bytes', type: 'gauge', help: 'JavaScript heap in use.', samples: one(usage.heapBytes) },
    { name: 'server_cpu_seconds_total', type: 'counter', help: 'CPU time of the server process.', samples: one(usage.cpuSeconds) },
    { name: 'server_uptime_seconds', type: 'gauge', help: 'Seconds since the server started.', samples: one(usage.uptimeSeconds) },
  ];
  return metrics.map(exposition).join('');
}

function stageSamples({ status }: ChannelView): Sample[] {
  return Object.entries(status.stages).flatMap(([stage, time]) => [
    { labels: { channel: status.channel, stage, stat: 'mean' }, value: time.meanMs },
    { labels: { channel: status.channel, stage, stat: 'p99' }, value: time.p99Ms },
  ]);
}

function outputSamples({ status }: ChannelView): Sample[] {
  return status.outputs.map((output, index) => ({
    labels: { channel: status.channel, output: `${index}`, type: output.type },
    value: output.framesDropped,
  }));
}

function one(value: number): Sample[] {
  return [{ labels: {}, value }];
}

function exposition({ name, type, help, samples }: Metric): string {
  if (samples.length === 0) return '';
  const lines = samples.map(({ labels, value }) => {
    const inner = Object.entries(labels).map(
      ([key, text]) => `${key}="${text.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`,
    );
    return `leaderline_${name}${inner.length > 0 ? `{${inner.join(',')}}` : ''} ${Number.isFinite(value) ? value : 'NaN'}\n`;
  });
  return `# HELP leaderline_${name} ${help}\n# TYPE leaderline_${name} ${type}\n${lines.join('')}`;
}
