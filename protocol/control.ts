import { z } from 'zod';
import { graphicCommands, rundownCommands } from './commands/graphic.js';
import { ReplayCommand } from './commands/replay.js';
import { channelCommands, historyCommands, setUpCommands } from './commands/set-up.js';
import { followCommands, SubjectMarks, subjectCommands } from './commands/subject.js';
import { ChannelScene, GraphicState } from './graphic.js';
import type { HostedReport } from './hosted.js';
import { Calibration, type Channel } from './project.js';
import { ReplayBuffer, ReplayState } from './replay.js';
import { UnderFeet } from './under-feet.js';

/** Both directions of the control and overlay sockets, and the health of channels. socket.io events carry exactly these. */

export const SourceHealth = z.enum(['stopped', 'opening', 'live', 'lost', 'ended', 'failed']);
export type SourceHealth = z.infer<typeof SourceHealth>;

export const StageTime = z.object({ meanMs: z.number(), p99Ms: z.number() });

export const OutputHealth = z.object({
  type: z.enum(['hls', 'file', 'stream', 'key-fill']),
  /** Path or URL, credentials removed. */
  target: z.string(),
  state: z.enum(['live', 'retrying', 'failed', 'closed']),
  message: z.string(),
  framesDropped: z.number().int(),
});
export type OutputHealth = z.infer<typeof OutputHealth>;

/** How a channel is doing; sent about once a second. */
export const ChannelStatus = z.object({
  channel: z.string(),
  title: z.string(),
  running: z.boolean(),
  source: SourceHealth,
  /** One line for a person: what is wrong and what happens next, or ''. */
  message: z.string(),
  sourceUrl: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  fps: z.number(),
  mediaTimeUs: z.number().int(),
  framesIn: z.number().int(),
  framesOut: z.number().int(),
  framesLate: z.number().int(),
  framesPredicted: z.number().int(),
  framesDropped: z.number().int(),
  ringDepth: z.number().int(),
  /** Frames between a frame's arrival and its composite, as measured. */
  addedDelayFrames: z.number(),
  poseState: z.enum(['held', 'lost', 'none']),
  poseConfidence: z.number(),
  subjects: z.number().int(),
  restarts: z.number().int(),
  memoryBytes: z.number(),
  stages: z.record(z.string(), StageTime),
  outputs: z.array(OutputHealth),
  warnings: z.array(z.string()),
  /**
   * Others' graphics in the composite: their browser's pictures so far, those of them that were left out because a newer one came, how long the newest took
   * from the browser's screen to here, and how often the browser was started again. Absent while there is none.
   */
  hosted: z
    .object({ pictures: z.number().int(), superseded: z.number().int(), delayMs: z.number(), restarts: z.number().int() })
    .optional(),
  /** The replay's recording; absent where there is none. */
  replay: ReplayBuffer.optional(),
});
export type ChannelStatus = z.infer<typeof ChannelStatus>;

/** The whole truth of one channel: what a page gets when it connects or reloads. `revision` grows with every change. */
export const ChannelState = z.object({
  revision: z.number().int(),
  scene: ChannelScene,
  /** The rundown, in its order. */
  graphics: z.array(GraphicState),
  calibration: Calibration.nullable(),
  underFeet: UnderFeet,
  subjects: SubjectMarks,
  /** Entries of the start list that were given by hand to tracks which are no more, after a restart or a cut: to be given again. */
  voidNames: z.array(z.number().int().min(0)).max(500),
  /** What `undo` and `redo` would do now, one line each; null: nothing. */
  history: z.object({ undo: z.string().nullable(), redo: z.string().nullable() }),
  status: ChannelStatus,
  /** Absent where the channel has no replay. */
  replay: ReplayState.optional(),
});
export type ChannelState = z.infer<typeof ChannelState>;

/** Commands that change what the server keeps of a channel: they work whether it runs or not, and can be undone. */
export const DeskCommand = z.discriminatedUnion('command', [
  ...graphicCommands,
  ...rundownCommands,
  ...subjectCommands,
  ...setUpCommands,
  ...historyCommands,
]);
export type DeskCommand = z.infer<typeof DeskCommand>;

/** Commands for the running channel's own process (see `server/channel/live-commands.ts`). */
export const LiveCommand = z.discriminatedUnion('command', [...followCommands]);
export type LiveCommand = z.infer<typeof LiveCommand>;

const liveCommands: ReadonlySet<string> = new Set(LiveCommand.options.map((o) => o.shape.command.value));

/** Whether a command is for the running channel's own process. */
export function isLiveCommand(command: ControlCommand): command is LiveCommand {
  return liveCommands.has(command.command);
}

const ofReplay: ReadonlySet<string> = new Set(ReplayCommand.options.map((o) => o.shape.command.value));

/** Whether a command is for the channel's replay. */
export function isReplayCommand(command: ControlCommand): command is ReplayCommand {
  return ofReplay.has(command.command);
}

/** What an operator can ask for. */
export const ControlCommand = z.discriminatedUnion('command', [DeskCommand, LiveCommand, ReplayCommand, ...channelCommands]);
export type ControlCommand = z.infer<typeof ControlCommand>;

/** The answer to a command: done, or one clear line. */
export const ControlReply = z.discriminatedUnion('ok', [
  /** `message`: what was done, where the command alone does not say it. `id`: of what the command began to make. */
  z.object({ ok: z.literal(true), revision: z.number().int(), message: z.string().optional(), id: z.string().optional() }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);
export type ControlReply = z.infer<typeof ControlReply>;

/** Positions or detections pushed over ws by a remote tracker or detector, one JSON message a measurement. */
export const ExternalPositions = z.strictObject({
  /** Media time the positions belong to; absent means "now" (the frame being analysed when it arrives). */
  mediaTimeUs: z.number().int().min(0).optional(),
  positions: z
    .array(
      z.strictObject({
        /** The sender's own stable id. */
        id: z.number().int().min(0).max(0x7fffffff),
        /** Metres on the ground. */
        groundM: z.tuple([z.number().finite(), z.number().finite()]),
        bib: z.string().max(8).optional(),
      }),
    )
    .max(500)
    .default([]),
  /** All that someone else's detector saw in the frame at `mediaTimeUs`; for channels with the detector `external`. */
  detections: z
    .array(
      z.strictObject({
        /** x, y, width, height in continuous source pixels. */
        box: z.tuple([z.number().finite(), z.number().finite(), z.number().finite().positive(), z.number().finite().positive()]),
        score: z.number().min(0).max(1).default(1),
      }),
    )
    .max(1000)
    .optional(),
});
export type ExternalPositions = z.infer<typeof ExternalPositions>;

/** Why a channel takes no such positions or detections from outside, in one line; undefined when it does. */
export function externalRefusal(channel: Pick<Channel, 'id' | 'tracking' | 'calibration'>, message: ExternalPositions): string | undefined {
  const { detector, externalPositions } = channel.tracking;
  if (message.detections && detector.type !== 'external') {
    return `channel "${channel.id}" takes no detections from outside; set tracking.detector to {"type": "external"} in the project`;
  }
  if (message.detections && message.positions.length === 0) return undefined;
  if (externalPositions === 'off') {
    return `channel "${channel.id}" takes no positions from outside; set tracking.externalPositions to "join" or "replace" in the project`;
  }
  if (!channel.calibration) {
    return `positions from outside are in metres, but channel "${channel.id}" has no calibration; add one to the project`;
  }
  return undefined;
}

/**
 * socket.io, namespace `/channels`; a page joins one channel with the handshake's `auth: {channel, token?, control?, operator?}`; `operator` is the name that
 * changes are told under.
 */
export interface ServerToPage {
  /** On connect and after every change that is not in `positions`. */
  state: (state: ChannelState) => void;
  status: (status: ChannelStatus) => void;
  /** One binary TrackingFrame (see the codec), volatile: a slow page misses frames. */
  positions: (frame: ArrayBuffer | Uint8Array) => void;
}
export interface PageToServer {
  command: (command: ControlCommand, reply: (reply: ControlReply) => void) => void;
  /** From overlay pages, after every change; more than two a second are dropped. */
  hosted: (report: HostedReport) => void;
}
