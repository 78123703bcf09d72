import type { ChannelStatus } from '../../../protocol/index.js';
import { find, make, say } from '../shared/dom.js';
import { clock, count, healthWords, type Tone } from '../shared/words.js';

/** A counter that grew within this time is worth a look. */
const FRESH_MS = 10_000;

/** Shows a channel's status: lamp, one line, numbers, warnings, stages and outputs. */
export class Facts {
  readonly #values = new Map<string, HTMLElement>();
  readonly #grew = new Map<string, { value: number; atMs: number }>();

  show(status: ChannelStatus): void {
    const health = healthWords(status);
    const lamp = find('#lamp', HTMLElement);
    say(lamp, health.short);
    lamp.dataset['tone'] = health.tone;
    say(find('#message', HTMLElement), health.long);
    const delayMs = status.fps > 0 ? (status.addedDelayFrames / status.fps) * 1000 : 0;
    const frames = status.addedDelayFrames;
    this.#fact('Time', clock(status.mediaTimeUs));
    this.#fact('Picture', status.width > 0 ? `${status.width}×${status.height}` : '–');
    this.#fact('Frame rate', status.fps > 0 ? `${Math.round(status.fps * 100) / 100}` : '–');
    this.#fact('Added delay', `${Math.round(delayMs)} ms`, frames > 6 ? 'busy' : undefined, `${frames.toFixed(1)} frames`);
    this.#fact('Late', count(status.framesLate), this.#growing('late', status.framesLate));
    this.#fact('Predicted', count(status.framesPredicted), this.#growing('predicted', status.framesPredicted));
    this.#fact('Dropped', count(status.framesDropped), this.#growing('dropped', status.framesDropped, 'bad'));
    this.#fact('Memory', status.memoryBytes > 0 ? `${Math.round(status.memoryBytes / 1e6)} MB` : '–');
    this.#fact('Subjects', `${status.subjects}`);
    this.#fact('Camera pose', poseWords(status), status.poseState === 'lost' ? 'bad' : undefined);
    const warnings = [...status.warnings];
    if (status.restarts > 0) warnings.push(`The channel was restarted ${status.restarts} ${status.restarts === 1 ? 'time' : 'times'}.`);
    this.#warnings(warnings);
    this.#details(status);
  }

  #growing(name: string, value: number, tone: Tone = 'busy'): Tone | undefined {
    const before = this.#grew.get(name);
    const now = performance.now();
    if (before === undefined || value !== before.value) {
      this.#grew.set(name, { value, atMs: before !== undefined && value > before.value ? now : Number.NEGATIVE_INFINITY });
    }
    return now - (this.#grew.get(name)?.atMs ?? 0) < FRESH_MS ? tone : undefined;
  }

  #fact(name: string, value: string, tone?: Tone, title = ''): void {
    let dd = this.#values.get(name);
    if (!dd) {
      dd = make('dd');
      this.#values.set(name, dd);
      find('#facts', HTMLElement).append(make('div', {}, make('dt', {}, name), dd));
    }
    say(dd, value);
    dd.title = title;
    if (tone === undefined) delete dd.dataset['tone'];
    else dd.dataset['tone'] = tone;
  }

  #warnings(lines: readonly string[]): void {
    const list = find('#warnings', HTMLElement);
    if ([...list.children].map((li) => li.textContent).join('\n') === lines.join('\n')) return;
    list.replaceChildren(...lines.map((line) => make('li', {}, line)));
    say(find('#t-health', HTMLElement), lines.length > 0 ? `Health (${lines.length})` : 'Health');
  }

  #details(status: ChannelStatus): void {
    const row = (cells: readonly string[]): HTMLElement => make('tr', {}, ...cells.map((cell, i) => make(i === 0 ? 'th' : 'td', {}, cell)));
    const stages = Object.entries(status.stages).map(([name, t]) =>
      row([name, `${t.meanMs.toFixed(1)} ms`, `99 %: ${t.p99Ms.toFixed(1)} ms`]),
    );
    const outputs = status.outputs.map((o) => row([o.type, `${o.state}${o.message === '' ? '' : `: ${o.message}`}`, o.target]));
    const ring = row(['ring', `${status.ringDepth} frames wait`, '']);
    const source = row(['source', status.sourceUrl, '']);
    find('#details', HTMLElement).replaceChildren(make('table', {}, make('tbody', {}, source, ...stages, ring, ...outputs)));
  }
}

function poseWords(status: ChannelStatus): string {
  switch (status.poseState) {
    case 'held':
      return `${Math.round(status.poseConfidence * 100)} %`;
    case 'lost':
      return 'Lost';
    case 'none':
      return 'None';
  }
}
