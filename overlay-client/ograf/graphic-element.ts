import 'pixi.js/unsafe-eval';
import { z } from 'zod';
import type { GraphicState, TrackingFrame } from '../../protocol/index.js';
import { type GraphicType, manifest, parseGraphicData } from '../graphics/registry.js';
import { type BrowserOverlay, createBrowserOverlay } from '../host/browser.js';
import { type Action, act, animationMs, type Data, loaded, type Scheduled, stateAt, targetStep } from './actions.js';
import { type Feed, openFeed } from './feed.js';
import { CONNECTION_FIELDS } from './manifest.js';
import { OfflinePlayer } from './offline.js';
import { RealtimePlayer } from './realtime.js';

/** What an action answers (OGraf v1); nothing means 200. */
export interface ReturnPayload {
  readonly statusCode: number;
  readonly statusMessage?: string;
  /** Of `playAction`: the step it led to; absent at the end. */
  readonly currentStep?: number;
}

const FIELDS = z.record(z.string(), z.json());
const Skip = { skipAnimation: z.boolean().nullish() };
const Play = z.object({ delta: z.number().nullish(), goto: z.number().nullish(), ...Skip });
const Update = z.object({ data: FIELDS.nullish(), ...Skip });
const Stop = z.object(Skip);
const Load = z.object({
  data: FIELDS.nullish(),
  renderType: z.enum(['realtime', 'non-realtime']).nullish(),
  renderCharacteristics: z
    .object({
      resolution: z.object({ width: z.number().min(1).max(16_384), height: z.number().min(1).max(16_384) }).nullish(),
      frameRate: z.number().positive().max(1000).nullish(),
    })
    .nullish(),
});
const Schedule = z.object({
  schedule: z.array(z.object({ timestamp: z.number(), action: z.object({ type: z.string(), params: z.unknown() }) })).max(10_000),
});

const FULL_HD = { width: 1920, height: 1080 };
const USUAL_FPS = 50;
const OK: ReturnPayload = { statusCode: 200 };

/** What a loaded graphic holds. */
interface Loaded {
  readonly feed: Feed;
  readonly canvas: HTMLCanvasElement;
  readonly overlay: BrowserOverlay;
  readonly realtime: RealtimePlayer | undefined;
  readonly offline: OfflinePlayer | undefined;
}

/**
 * One of our graphics as an OGraf v1 web component: the same drawing code as everywhere, its frames from a Leaderline channel, a recording, or none.
 * @returns the class that a package's main module exports.
 */
export function ografGraphic(type: GraphicType): CustomElementConstructor {
  return class extends HTMLElement {
    #state: GraphicState = loaded(type, {});
    #schedule: Scheduled[] = [];
    /** As it was loaded: what a schedule starts from. */
    #start: GraphicState = this.#state;
    #loaded: Loaded | undefined;

    get #stepCount(): number {
      return manifest(type)?.stepCount ?? 1;
    }

    /** Resolves once fonts and frames are there; nothing is painted yet. Works on an element that is in no document. */
    async load(params: unknown): Promise<ReturnPayload> {
      const given = Load.safeParse(params ?? {});
      if (!given.success) return refused(given.error);
      const { data, renderType, renderCharacteristics } = given.data;
      const { own, connection } = split(data ?? {});
      const checked = parseGraphicData(type, own);
      if (!checked.ok) return { statusCode: 400, statusMessage: checked.error };
      this.#unload();
      try {
        const size = renderCharacteristics?.resolution ?? FULL_HD;
        const feed = await openFeed({ ...connection, size });
        const canvas = document.createElement('canvas');
        canvas.style.cssText = 'display:block;width:100%;height:100%;object-fit:contain';
        canvas.setAttribute('aria-hidden', 'true');
        const overlay = await createBrowserOverlay(canvas, feed.scene, { fontBase: new URL('./fonts/', import.meta.url).href, ...size });
        this.#state = loaded(type, checked.data);
        this.#start = this.#state;
        const offline = renderType === 'non-realtime' && feed.kind !== 'live';
        this.#loaded = {
          ...{ feed, canvas, overlay },
          realtime: offline ? undefined : new RealtimePlayer(feed, (frames) => this.#draw(frames)),
          offline: offline
            ? new OfflinePlayer(feed, renderCharacteristics?.frameRate ?? USUAL_FPS, (atUs) => this.#stateAt(atUs))
            : undefined,
        };
        if (renderType === 'non-realtime' && feed.kind === 'live')
          return { statusCode: 400, statusMessage: 'a live channel cannot be rendered in non-real time: give a leaderlineRecording' };
      } catch (error) {
        return { statusCode: 503, statusMessage: error instanceof Error ? error.message : String(error) };
      }
      this.style.display = 'block';
      this.replaceChildren(this.#loaded.canvas);
      return OK;
    }

    async dispose(): Promise<ReturnPayload> {
      this.#unload();
      this.replaceChildren();
      return OK;
    }

    async playAction(params: unknown): Promise<ReturnPayload> {
      const given = Play.safeParse(params ?? {});
      if (!given.success) return refused(given.error);
      const action = play(given.data);
      const step = targetStep(this.#state, action, this.#stepCount);
      const answer = await this.#take(action);
      return answer.statusCode === 200 && step !== undefined && this.#stepCount !== 0 ? { ...answer, currentStep: step } : answer;
    }

    async updateAction(params: unknown): Promise<ReturnPayload> {
      const given = Update.safeParse(params ?? {});
      if (!given.success) return refused(given.error);
      const { own } = split(given.data.data ?? {});
      const checked = parseGraphicData(type, { ...this.#state.data, ...own });
      if (!checked.ok) return { statusCode: 400, statusMessage: checked.error };
      return await this.#take({ type: 'update', data: checked.data });
    }

    async stopAction(params: unknown): Promise<ReturnPayload> {
      const given = Stop.safeParse(params ?? {});
      return given.success
        ? await this.#take({ type: 'stop', skipAnimation: given.data.skipAnimation ?? undefined })
        : refused(given.error);
    }

    async customAction(): Promise<ReturnPayload> {
      return { statusCode: 404, statusMessage: `${type} has no custom actions` };
    }

    /** Draws the frame of a time, exactly; earlier calls do not matter. */
    async goToTime(params: unknown): Promise<ReturnPayload> {
      const given = z.object({ timestamp: z.number().min(0) }).safeParse(params);
      if (!given.success) return refused(given.error);
      const held = this.#loaded;
      if (!held?.offline) return { statusCode: 409, statusMessage: 'goToTime needs load() with renderType "non-realtime"' };
      const atUs = Math.round(given.data.timestamp * 1000);
      if (held.offline.goesBack(atUs)) this.#anew(held);
      held.offline.show(held.overlay, atUs);
      return OK;
    }

    /** Replaces the actions to come, as times of `goToTime`. */
    async setActionsSchedule(params: unknown): Promise<ReturnPayload> {
      const given = Schedule.safeParse(params);
      if (!given.success) return refused(given.error);
      const schedule: Scheduled[] = [];
      let { data } = this.#start;
      for (const { timestamp, action } of [...given.data.schedule].sort((a, b) => a.timestamp - b.timestamp)) {
        const read = readAction(type, action.type, action.params, data);
        if (typeof read === 'string') return { statusCode: 400, statusMessage: `schedule at ${timestamp} ms: ${read}` };
        if (read.type === 'update') data = read.data;
        schedule.push({ atUs: Math.round(timestamp * 1000), action: read });
      }
      this.#schedule = schedule;
      if (this.#loaded?.offline) this.#anew(this.#loaded);
      return OK;
    }

    disconnectedCallback(): void {
      this.#loaded?.realtime?.rest();
    }

    connectedCallback(): void {
      this.#loaded?.realtime?.wake();
    }

    #draw(frames: readonly TrackingFrame[]): void {
      const states = [this.#state];
      for (const frame of frames.slice(0, -1)) this.#loaded?.overlay.observe(frame, states);
      const last = frames.at(-1);
      if (last) this.#loaded?.overlay.render(last, states);
    }

    #stateAt(atUs: number): GraphicState {
      return stateAt(this.#start, this.#schedule, atUs, this.#stepCount);
    }

    async #take(action: Action): Promise<ReturnPayload> {
      const held = this.#loaded;
      if (!held) return { statusCode: 409, statusMessage: 'load() comes first' };
      if (held.offline) {
        // Without a clock of its own, an action taken by hand happens before the first frame.
        this.#start = act(this.#start, { ...action, skipAnimation: true }, -1, this.#stepCount);
        this.#anew(held);
        return OK;
      }
      const before = this.#state;
      this.#state = act(before, action, held.realtime?.nowUs ?? -1, this.#stepCount);
      held.realtime?.wake();
      const wait = animationMs(before, this.#state, 'skipAnimation' in action ? action.skipAnimation : undefined);
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      return OK;
    }

    /** A drawer that has seen nothing, for a time that goes back or a life that went differently. */
    #anew(held: Loaded): void {
      held.offline?.rewind();
      held.overlay.forget();
    }

    #unload(): void {
      this.#loaded?.realtime?.close();
      this.#loaded?.overlay.destroy();
      this.#loaded = undefined;
    }
  };
}

function play({ delta, goto, skipAnimation }: z.infer<typeof Play>): Extract<Action, { type: 'play' }> {
  return { type: 'play', delta: delta ?? undefined, goto: goto ?? undefined, skipAnimation: skipAnimation ?? undefined };
}

/** A scheduled action, or one line that says what is wrong with it. @param before the data it changes. */
function readAction(type: GraphicType, name: string, params: unknown, before: Data): Action | string {
  switch (name) {
    case 'playAction': {
      const given = Play.safeParse(params ?? {});
      return given.success ? play(given.data) : oneLine(given.error);
    }
    case 'stopAction': {
      const given = Stop.safeParse(params ?? {});
      return given.success ? { type: 'stop', skipAnimation: given.data.skipAnimation ?? undefined } : oneLine(given.error);
    }
    case 'updateAction': {
      const given = Update.safeParse(params ?? {});
      if (!given.success) return oneLine(given.error);
      const checked = parseGraphicData(type, { ...before, ...split(given.data.data ?? {}).own });
      return checked.ok ? { type: 'update', data: checked.data } : checked.error;
    }
    default:
      return `"${name}" is no action of this graphic: there are playAction, stopAction, updateAction`;
  }
}

/** The graphic's own fields, and where its frames come from. */
function split(data: Data): { own: Data; connection: { server: string; channel: string; recording: string } } {
  const text = (name: keyof typeof CONNECTION_FIELDS): string => {
    const value = data[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  const own = Object.fromEntries(Object.entries(data).filter(([name]) => !Object.hasOwn(CONNECTION_FIELDS, name)));
  return {
    own,
    connection: { server: text('leaderlineServer'), channel: text('leaderlineChannel'), recording: text('leaderlineRecording') },
  };
}

function refused(error: z.ZodError): ReturnPayload {
  return { statusCode: 400, statusMessage: oneLine(error) };
}

function oneLine(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.join('.')}${issue.path.length > 0 ? ': ' : ''}${issue.message}` : 'not as OGraf says';
}
