import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Channel,
  type ChannelScene,
  type ControlReply,
  type GhostRun,
  type GraphicState,
  NOTHING_PLAYED,
  NOTHING_RECORDED,
  type Replay,
  type ReplayBuffer,
  type ReplayCommand,
  type ReplayGraphics,
  type ReplayItem,
  type ReplayPlay,
  type ReplayState,
  type TimeRange,
  type UnderFeet,
} from '../../protocol/index.js';
import { rangeOf } from './ghost-range.js';
import type { ReplayHandle } from './handle.js';
import { type Held, Holds } from './holds.js';
import type { Job, Recording } from './jobs.js';
import type { Steer } from './messages.js';
import { type AskedRange, newestIn, resolveRange, within, withMark } from './range.js';
import type { Drawn } from './redraw.js';
import { Rehearsals } from './rehearsals.js';
import { Shelf } from './shelf.js';
import { ReplayWorker } from './worker.js';

/** Jobs that may wait; more are refused. */
const JOBS_LIMIT = 8;
const SUMMARY_ITEMS = 8;
/** Commands that may wait for a replay to start; more are refused. */
const STEERS_LIMIT = 32;

export interface DeskOptions {
  readonly channel: Channel;
  readonly replay: Exclude<Replay, 'off'>;
  /** Everything of the channel's replay is in this folder. */
  readonly directory: string;
  readonly baseDir: string;
  /** The channel's graphics, now. */
  readonly graphics: () => readonly GraphicState[];
  readonly scene: () => ChannelScene;
  /** What operators have pointed out of its ground, now. */
  readonly underFeet: () => UnderFeet;
  /** Something changed that pages should see. */
  readonly onChange: () => void;
}

/** What a command comes to, beside that it was done. */
type Answer = Pick<Extract<ControlReply, { ok: true }>, 'id' | 'message'>;

/**
 * A channel's replay in the server: marks, what plays, what is being made. Recordings are made by the channel's own process; all work on them is
 * done by two more, one that plays and looks, one that makes clips and pictures.
 */
export class ReplayDesk implements ReplayHandle {
  readonly shelf: Shelf;
  private buffer: ReplayBuffer = NOTHING_RECORDED;
  private inUs: number | null = null;
  private outUs: number | null = null;
  private play: ReplayPlay = NOTHING_PLAYED;
  private jobs = 0;
  private readonly player: ReplayWorker;
  private readonly maker: ReplayWorker;
  private readonly holds: Holds;
  private readonly rehearsals: Rehearsals;
  private playHeld: Held | null = null;
  /** Settles when the replay that was asked for last plays, or could not. */
  private starting: Promise<void> = Promise.resolve();
  private steersWaiting = 0;

  constructor(private readonly o: DeskOptions) {
    this.shelf = new Shelf(join(o.directory, 'made'));
    mkdirSync(this.hlsDirectory, { recursive: true });
    this.holds = new Holds(this.bufferDirectory, join(o.directory, 'held'));
    this.player = new ReplayWorker(
      ({ play }) => this.playing(play),
      () => this.playing({ ...this.play, state: 'stopped' }),
    );
    this.maker = new ReplayWorker(
      () => {},
      () => this.rehearsals.again(),
    );
    this.rehearsals = new Rehearsals(this.maker, this.holds);
  }

  /** Where the channel's process records. */
  get bufferDirectory(): string {
    return join(this.o.directory, 'buffer');
  }

  get madeDirectory(): string {
    return this.shelf.directory;
  }

  get hlsDirectory(): string {
    return join(this.o.directory, 'hls');
  }

  state(): ReplayState {
    return { buffer: this.buffer, inUs: this.inUs, outUs: this.outUs, play: this.play, items: this.shelf.items };
  }

  /** The same for every page at every change: only the newest of what was made. */
  summary(): ReplayState {
    return { ...this.state(), items: this.shelf.items.slice(0, SUMMARY_ITEMS) };
  }

  /** What the channel's process says of its recording. */
  recorded(buffer: ReplayBuffer | undefined): void {
    // A channel that starts anew counts its media time from 0: marks of before mean nothing.
    if (buffer && buffer.toUs >= 0 && buffer.toUs < this.buffer.toUs) this.inUs = this.outUs = null;
    this.buffer = buffer ?? this.buffer;
    this.rehearsals.recorded(this.buffer);
  }

  /** A picture of the buffer as JPEG. @throws Error in one line. */
  async frame(mediaTimeUs: number, graphics: ReplayGraphics): Promise<{ jpeg: Uint8Array; mediaTimeUs: number }> {
    const answer = await this.player.ask({ type: 'frame', folder: this.bufferDirectory, mediaTimeUs, drawn: this.drawn(graphics) });
    if (answer.type === 'frame') return answer;
    throw new Error(answer.type === 'failed' ? answer.error : 'the replay process gave no picture');
  }

  /** Never rejects. */
  async command(command: ReplayCommand, revision: () => number): Promise<ControlReply> {
    try {
      const answer = await this.obey(command);
      this.o.onChange();
      return { ok: true, revision: revision(), ...answer };
    } catch (error) {
      return { ok: false, error: error instanceof Error ? error.message : String(error) };
    }
  }

  async close(): Promise<void> {
    if (this.play.state !== 'stopped') await this.player.ask({ type: 'steer', steer: { do: 'stop' } });
    await Promise.all([this.player.close(), this.maker.close()]);
    await this.holds.close();
  }

  private async obey(command: ReplayCommand): Promise<Answer> {
    switch (command.command) {
      case 'replay.markIn':
      case 'replay.markOut': {
        const atUs = this.within(command.mediaTimeUs ?? this.looked());
        const { marks, message } = withMark(
          { inUs: this.inUs, outUs: this.outUs },
          command.command === 'replay.markIn' ? 'in' : 'out',
          atUs,
        );
        ({ inUs: this.inUs, outUs: this.outUs } = marks);
        return message === '' ? {} : { message };
      }
      case 'replay.markLast':
        [this.inUs, this.outUs] = [Math.max(this.buffer.fromUs, this.newest() - command.seconds * 1e6), this.newest()];
        return {};
      case 'replay.play': {
        const started = this.starting.then(() => this.start(command));
        this.starting = started.catch(() => {});
        await started;
        return {};
      }
      case 'replay.pause':
        return this.steer({ do: 'pause' });
      case 'replay.resume':
        return this.steer({ do: 'resume' });
      case 'replay.stop':
        return this.steer({ do: 'stop' });
      case 'replay.speed':
        return this.steer({ do: 'speed', speed: command.speed });
      case 'replay.jog':
        return this.steer({ do: 'jog', frames: command.frames });
      case 'replay.seek':
        return this.steer({ do: 'seek', mediaTimeUs: command.mediaTimeUs });
      case 'replay.remove':
        await this.remove(command.item);
        return {};
      case 'replay.export': {
        const range = this.range(command);
        const drawn = this.drawn(command.graphics);
        const held = await this.holdForJob(() => this.holds.upTo(range.toUs));
        const job = { kind: 'clip', from: held.from, range, drawn } as const;
        return this.make({ kind: 'clip', title: command.title, range }, [held], (out) => ({ ...job, out }));
      }
      case 'picture.strobe': {
        const range = this.range('atUs' in command.moments ? spanOf(command.moments.atUs) : command);
        const held = await this.holdForJob(() => this.holds.around(range));
        const job = { kind: 'strobe', from: held.from, range, command } as const;
        return this.make({ kind: 'strobe', title: command.title, range }, [held], (out) => ({ ...job, out }));
      }
      case 'picture.ghost': {
        const { title, run: first, ghost: second } = command;
        const range = rangeOf(command, first);
        const run = await this.source(first, range);
        const ghost = await this.source(second, rangeOf(command, second));
        const job = { kind: 'ghost', run: run.from, ghost: ghost.from, command } as const;
        return this.make({ kind: 'ghost', title, range }, [run, ghost], (out) => ({ ...job, out }));
      }
    }
  }

  private async start(command: Extract<ReplayCommand, { command: 'replay.play' }>): Promise<void> {
    const range = this.range(command);
    const held = await this.holds.upTo(range.toUs);
    const { encoder } = this.o.channel;
    const outputs = [
      { type: 'hls', segmentS: 1, listSize: 6 } as const,
      ...this.o.replay.outputs.filter((output) => output.type !== 'hls'),
    ];
    const play = {
      ...{ folder: held.from.folder, range, speed: command.speed, drawn: this.drawn(command.graphics), loop: command.loop },
      ...{ encoder, outputs, hlsDirectory: this.hlsDirectory, baseDir: this.o.baseDir },
    };
    const answer = await this.player.ask({ type: 'play', play });
    await this.playHeld?.release();
    this.playHeld = held;
    if (answer.type === 'failed') throw new Error(answer.error);
    // It plays before it says so itself, with its first picture.
    this.play = { state: 'playing', mediaTimeUs: range.fromUs, ...range, speed: command.speed, message: '' };
  }

  /** What is asked of a replay that is only starting takes effect when it has. */
  private async steer(steer: Steer): Promise<Answer> {
    if (this.steersWaiting >= STEERS_LIMIT)
      throw new Error(`${STEERS_LIMIT} commands wait for the replay to start: this one was not taken`);
    this.steersWaiting++;
    await this.starting.finally(() => this.steersWaiting--);
    if (this.play.state === 'stopped') throw new Error('no replay is playing; send replay.play first');
    const answer = await this.player.ask({ type: 'steer', steer });
    if (answer.type === 'failed') throw new Error(answer.error);
    return {};
  }

  private playing(play: ReplayPlay): void {
    const news = play.state !== this.play.state || play.message !== this.play.message || play.speed !== this.play.speed;
    this.play = play;
    if (news || play.state === 'paused') this.o.onChange();
  }

  /** Begins to make something from recordings, which are held until it is made. @returns its id. */
  private make(
    what: { kind: ReplayItem['kind']; title: string | undefined; range: TimeRange },
    held: readonly Held<Recording>[],
    job: (out: string) => Job,
  ): Answer {
    const { kind, title, range } = what;
    const { id } = this.shelf.add(kind, title, Date.now());
    this.shelf.change(id, { fromUs: range.fromUs, toUs: range.toUs });
    this.jobs++;
    const failed = (error: unknown): void => {
      this.shelf.change(id, { state: 'failed', message: error instanceof Error ? error.message : String(error) });
    };
    void this.run(id, job(this.shelf.path(id)))
      .catch(failed)
      .finally(async () => {
        this.jobs--;
        for (const { release } of held) await release();
        this.o.onChange();
      });
    return { id };
  }

  private async run(id: string, job: Job): Promise<void> {
    const files: string[] = [];
    const made = await this.maker.ask({ type: 'job', job }, (progress, ending) => {
      if (ending !== undefined) files.push(`${id}.${ending}`);
      this.shelf.change(id, { state: 'working', progress, files: [...files] });
      if (ending !== undefined) this.o.onChange();
    });
    if (made.type === 'made') this.shelf.change(id, { state: 'done', progress: 1, files: made.endings.map((ending) => `${id}.${ending}`) });
    else this.shelf.change(id, { state: 'failed', message: made.type === 'failed' ? made.error : 'it was not made' });
    // Taken away while it was being made: its files must not be left behind.
    if (!this.shelf.find(id)) this.shelf.remove(id);
  }

  private async remove(id: string): Promise<void> {
    const item = this.shelf.find(id);
    if (!item) throw new Error(`there is no "${id}" to remove`);
    this.shelf.remove(id);
    if (item.state === 'working' && this.jobs === 1) await this.maker.close();
  }

  private async source({ clip, syncUs }: GhostRun, range: TimeRange): Promise<Held<Recording>> {
    if (clip === undefined) {
      this.within(syncUs);
      return this.holdForJob(() => this.holds.around(range));
    }
    const item = this.shelf.find(clip);
    if (item?.kind !== 'clip' || item.state !== 'done') throw new Error(`there is no finished clip "${clip}"; export one first`);
    return { from: { clip: this.shelf.path(clip) }, release: async () => {} };
  }

  private async holdForJob(hold: () => Promise<Held>): Promise<Held> {
    if (this.jobs >= JOBS_LIMIT)
      throw new Error(`${JOBS_LIMIT} clips and pictures are waiting to be made already: try again when one is done`);
    return hold();
  }

  private drawn(graphics: ReplayGraphics): Drawn {
    if (graphics === 'none') return 'none';
    // They have been on air since before anything that is replayed: no animation.
    const states = () => this.o.graphics().map((g) => ({ ...g, changedAtUs: -1, steppedAtUs: -1 }));
    return { graphics: graphics === 'now' ? states() : graphics, scene: this.o.scene(), underFeet: this.o.underFeet() };
  }

  /** What the operator looks at: the replay, or the newest frame while none plays. */
  private looked(): number {
    return this.play.state === 'stopped' ? this.newest() : this.play.mediaTimeUs;
  }

  private newest(): number {
    return newestIn(this.buffer);
  }

  private within(us: number): number {
    return within(this.buffer, us);
  }

  private range(asked: AskedRange): TimeRange {
    return resolveRange(asked, { inUs: this.inUs, outUs: this.outUs }, this.buffer);
  }
}

/** From the first to the last of picked moments. */
function spanOf(atUs: readonly number[]): { fromUs: number; toUs: number } {
  return { fromUs: Math.min(...atUs), toUs: Math.max(...atUs) + 1 };
}
