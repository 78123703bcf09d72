import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request is turned away: an HTTP status and one line for the one who sent it. */
export interface Refusal {
  readonly status: 401 | 403 | 421;
  readonly message: string;
}

export interface GateOptions {
  /** What control from other machines needs; null: there is none, and control is for this machine alone. */
  readonly token: string | null;
  /** The address listened on. */
  readonly host: string;
  /** Names under which a proxy in front of a loopback server is reached. */
  readonly publicHosts: readonly string[];
  readonly log: (line: string) => void;
}

const LOG_PER_MINUTE = 60;

/**
 * Who may do what. Reading is for everyone who reaches the server; control and pushing positions are for this machine and holders of the
 * token. A page of another origin gets nowhere: its Origin differs (forged requests), or its Host does (DNS rebinding).
 */
export class Gate {
  readonly #o: GateOptions;
  readonly #tokenHash: Buffer | null;
  readonly #loopbackOnly: boolean;
  #minute = 0;
  #logged = 0;

  constructor(options: GateOptions) {
    this.#o = options;
    this.#tokenHash = options.token === null ? null : digest(options.token);
    this.#loopbackOnly = isLoopbackName(options.host);
  }

  /** Whether this request may be answered at all. `acts`: it changes something or opens a socket, so its Origin counts. */
  reach(request: IncomingMessage, acts: boolean): Refusal | null {
    const host = hostOf(request.headers.host);
    if (host === undefined) return { status: 421, message: 'the Host header is missing or not a host' };
    const known = isLoopbackName(host.hostname) || host.hostname === this.#o.host || this.#o.publicHosts.includes(host.hostname);
    if (this.#loopbackOnly && !known) return { status: 421, message: `this server is not known as ${host.hostname}: use its address` };
    const { origin } = request.headers;
    if (!acts || origin === undefined || originHost(origin) === host.host) return null;
    const token = tokenOf(request);
    if (token !== undefined && this.isToken(token)) return null;
    return { status: 403, message: 'requests from pages of another origin are refused' };
  }

  /**
   * Whether this request may control a channel (`what` names it for the log).
   * @param given token that came another way than in the request (socket handshake).
   */
  control(request: IncomingMessage, what: string, given?: string): Refusal | null {
    return this.#judge(request, what, given, this.#isLocal(request));
  }

  /** Whether this request may push positions: like control, but where a token is set this machine needs it too. */
  push(request: IncomingMessage, what: string): Refusal | null {
    return this.#judge(request, what, undefined, this.#tokenHash === null && this.#isLocal(request));
  }

  /** A token that was given must be right, even where none is needed: a wrong one is a mistake worth hearing of. */
  wrongToken(request: IncomingMessage, what: string, given?: string): Refusal | null {
    return this.#judge(request, what, given, true);
  }

  /** Whether this request carries the token, wherever it comes from: for addresses that act on a mere GET, which any page can send. */
  withToken(request: IncomingMessage, what: string): Refusal | null {
    if (this.#tokenHash === null) return { status: 403, message: 'a GET acts only with a token, and none is set: send a POST' };
    return this.#judge(request, what, undefined, false);
  }

  /** Whether a text is the token; false where there is none. */
  isToken(token: string): boolean {
    return this.#tokenHash !== null && timingSafeEqual(digest(token), this.#tokenHash);
  }

  #judge(request: IncomingMessage, what: string, given: string | undefined, freely: boolean): Refusal | null {
    const token = given ?? tokenOf(request);
    if (token === undefined && freely) return null;
    if (token !== undefined && this.isToken(token)) return null;
    const message =
      token !== undefined
        ? 'wrong token'
        : this.#tokenHash === null
          ? 'control from other machines is off: start the server with a token (LEADERLINE_TOKEN)'
          : 'this needs the token';
    this.#report(`401 ${what} from ${request.socket.remoteAddress ?? 'an unknown address'}: ${message}`);
    return { status: 401, message };
  }

  /** From this machine, asked for by a loopback name, and not handed on by a proxy. */
  #isLocal(request: IncomingMessage): boolean {
    const { headers, socket } = request;
    const proxied = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined || headers.via !== undefined;
    const host = hostOf(headers.host);
    return !proxied && host !== undefined && isLoopbackName(host.hostname) && isLoopbackName(socket.remoteAddress ?? '');
  }

  /** Guessing tokens must not fill the disk with log lines. */
  #report(line: string): void {
    const minute = Math.floor(Date.now() / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#logged = 0;
    }
    this.#logged++;
    if (this.#logged <= LOG_PER_MINUTE) this.#o.log(line);
    else if (this.#logged === LOG_PER_MINUTE + 1) this.#o.log('401 more refusals this minute are not logged');
  }
}

/** `Authorization: Bearer …`, or `?token=…`. */
export function tokenOf(request: IncomingMessage): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '');
  if (bearer?.[1] !== undefined) return bearer[1];
  return new URLSearchParams((request.url ?? '').split('?')[1] ?? '').get('token') ?? undefined;
}

export function isLoopbackName(name: string): boolean {
  const plain = name.replace(/^\[|\]$/g, '').toLowerCase();
  return /^(::ffff:)?127(\.\d{1,3}){3}$/.test(plain) || plain === '::1' || plain === 'localhost' || plain.endsWith('.localhost');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function hostOf(header: string | undefined): URL | undefined {
  if (header === undefined || !/^[a-z0-9._:[\]-]+$/i.test(header) || !URL.canParse(`http://${header}`)) return undefined;
  return new URL(`http://${header}`);
}

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
