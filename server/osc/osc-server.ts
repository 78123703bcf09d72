import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { ControlCommand, type Osc } from '../../protocol/index.js';
import { type Gate, isLoopbackName, oneLine } from '../api/index.js';
import type { ChannelHandle } from '../channel/handle.js';
import { RateLimit } from '../channel/rate-limit.js';
import { readMessage } from './addresses.js';
import { decodePacket, encodeMessage, type OscMessage, type OscOut } from './codec.js';
import { eventMessages, historyMessages, stateMessages, statusMessages } from './state-out.js';

/** What came in over OSC since the server started. */
export interface OscCounters {
  taken: number;
  /** Understood, and not done: no such graphic, wrong token, … */
  refused: number;
  /** Not OSC, or nothing that means anything. */
  malformed: number;
  /** Beyond what a sender, or all of them, may send in a second: not even looked at. */
  dropped: number;
}

export interface OscServer {
  readonly port: number;
  readonly counters: OscCounters;
  close(): Promise<void>;
}

export interface OscOptions {
  readonly osc: Osc;
  readonly channels: readonly ChannelHandle[];
  readonly gate: Gate;
  /** Whether there is a token at all. */
  readonly hasToken: boolean;
  readonly log: (line: string) => void;
}

const PACKETS_PER_SECOND = 100;
const PACKETS_OF_ALL_PER_SECOND = 400;
/** Senders whose rate is known apart; the ones heard of longest ago are forgotten. */
const MOST_SENDERS = 256;
const LOG_EVERY_MS = 1000;

/**
 * Commands in and state out over UDP. On loopback everybody on this machine may send; beyond it, the first argument of every message must be the token.
 * @throws Error with one line when the port cannot be listened on, or would be open to everyone.
 */
export async function startOsc(o: OscOptions): Promise<OscServer> {
  const { host, port } = o.osc;
  const isOpen = !isLoopbackName(host);
  if (isOpen && !o.hasToken)
    throw new Error(`osc.host ${host} listens beyond this machine: set a token (LEADERLINE_TOKEN), which every message then carries first`);
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4' });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (error) => reject(new Error(`OSC cannot listen on ${host}:${port}: ${error.message}`)));
    socket.bind(port, host, resolve);
  });
  const server = new Listening(socket, o, isOpen);
  return { port: socket.address().port, counters: server.counters, close: () => server.close() };
}

class Listening {
  readonly counters: OscCounters = { taken: 0, refused: 0, malformed: 0, dropped: 0 };
  readonly #socket: Socket;
  readonly #o: OscOptions;
  readonly #isOpen: boolean;
  readonly #senders = new Map<string, RateLimit>();
  readonly #all = new RateLimit(PACKETS_OF_ALL_PER_SECOND);
  readonly #stops: (() => void)[];
  #loggedMs = Number.NEGATIVE_INFINITY;
  #unlogged = 0;

  constructor(socket: Socket, options: OscOptions, isOpen: boolean) {
    this.#socket = socket;
    this.#o = options;
    this.#isOpen = isOpen;
    socket.removeAllListeners('error');
    socket.on('error', (error) => this.#say(error.message));
    socket.on('message', (packet, from) => this.#receive(packet, from));
    this.#stops = options.channels.map((channel) => this.#tell(channel));
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }

  #receive(packet: Buffer, from: RemoteInfo): void {
    const nowMs = performance.now();
    if (!this.#all.take(nowMs) || !this.#rateOf(from.address).take(nowMs)) {
      this.counters.dropped++;
      this.#say(`more than ${PACKETS_PER_SECOND} packets a second from ${from.address}: dropped`);
      return;
    }
    let messages: OscMessage[];
    try {
      messages = decodePacket(packet);
    } catch (error) {
      this.counters.malformed++;
      this.#say(`not OSC from ${from.address}: ${plain(error)}`);
      return;
    }
    for (const message of messages) void this.#obey(message, from);
  }

  async #obey(message: OscMessage, from: RemoteInfo): Promise<void> {
    try {
      const [first, ...others] = message.args;
      const isToken = typeof first === 'string' && this.#o.gate.isToken(first);
      if (this.#isOpen && !isToken) {
        this.counters.refused++;
        this.#say(`${message.address.slice(0, 60)} from ${from.address}: the first argument must be the token`);
        return;
      }
      const { channels } = this.#o;
      const find = (id: string) => channels.find((c) => c.id === id);
      const asked = readMessage(isToken ? { ...message, args: others } : message, (id) => find(id)?.state());
      if (asked.type === 'state') {
        this.#tellAll(from);
        this.counters.taken++;
      } else if (asked.type === 'command') await this.#command(find(asked.channel), asked.command, message, from);
    } catch (error) {
      this.counters.malformed++;
      this.#say(`from ${from.address}: ${plain(error)}`);
    }
  }

  async #command(channel: ChannelHandle | undefined, asked: unknown, message: OscMessage, from: RemoteInfo): Promise<void> {
    const command = ControlCommand.safeParse(asked);
    const reply = command.success
      ? await channel?.command(command.data, 'OSC')
      : { ok: false as const, error: `not a command: ${oneLine(command.error)}` };
    if (reply?.ok) this.counters.taken++;
    else {
      this.counters.refused++;
      this.#say(`${message.address.slice(0, 60)} from ${from.address}: ${reply?.error}`);
    }
  }

  /** All state, to who asks and to the receivers of the project: who asks from one port often listens on another. */
  #tellAll({ address, port }: RemoteInfo): void {
    const { channels, osc } = this.#o;
    const others = osc.send.filter((target) => target.host !== address || target.port !== port);
    for (const target of [{ host: address, port }, ...others])
      for (const channel of channels) this.#send(stateMessages(channel.state()), target);
  }

  /** Tells the receivers of the project of every change. */
  #tell(channel: ChannelHandle): () => void {
    let last = '';
    let history = '';
    const toAll = (messages: readonly OscOut[]): void => {
      for (const target of this.#o.osc.send) this.#send(messages, target);
    };
    toAll(stateMessages(channel.state()));
    return channel.onEvent((event) => {
      if (event.type === 'state') return;
      if (event.type !== 'status') {
        const { history: next } = channel.state();
        const hasNew = JSON.stringify(next) !== history;
        history = JSON.stringify(next);
        return toAll([...eventMessages(event), ...(hasNew ? historyMessages(channel.id, next) : [])]);
      }
      const now = `${event.status.running} ${event.status.source}`;
      if (now !== last) toAll(statusMessages(channel.id, event.status));
      last = now;
    });
  }

  #send(messages: readonly OscOut[], { host, port }: { host: string; port: number }): void {
    for (const message of messages) {
      this.#socket.send(encodeMessage(message), port, host, (error) => {
        if (error) this.#say(`to ${host}:${port}: ${error.message}`);
      });
    }
  }

  #rateOf(address: string): RateLimit {
    const rate = this.#senders.get(address) ?? new RateLimit(PACKETS_PER_SECOND);
    this.#senders.delete(address);
    this.#senders.set(address, rate);
    for (const old of this.#senders.keys()) {
      if (this.#senders.size <= MOST_SENDERS) break;
      this.#senders.delete(old);
    }
    return rate;
  }

  /** A flood must not fill the disk with lines. */
  #say(line: string): void {
    const nowMs = performance.now();
    if (nowMs - this.#loggedMs < LOG_EVERY_MS) {
      this.#unlogged++;
      return;
    }
    this.#o.log(`OSC: ${line.replace(/\p{C}/gu, '?')}${this.#unlogged > 0 ? ` (and ${this.#unlogged} more lines like it)` : ''}`);
    this.#loggedMs = nowMs;
    this.#unlogged = 0;
  }
}

function plain(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 200) ?? '';
}
