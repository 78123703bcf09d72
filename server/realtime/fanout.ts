import { Socket as TcpSocket } from 'node:net';
import type { Socket } from 'socket.io';
import { WebSocket } from 'ws';
import type { PageToServer, ServerToPage } from '../../protocol/index.js';
import { binaryMessage, positionsEvent } from './wire.js';

export type PageSocket = Socket<PageToServer, ServerToPage>;

/** A client with more than this waiting to be sent (about half a second of positions) gets no more until it has caught up. */
const BACKLOG_LIMIT_BYTES = 16 * 1024;

interface Page {
  readonly socket: PageSocket;
  /** The transport whose TCP socket is known; engine.io replaces it when it upgrades. */
  transport: unknown;
  tcp: TcpSocket | undefined;
}

/**
 * Sends one channel's positions to everyone who listens. A message is built once, as the bytes that go on the wire, and written straight to
 * each client's TCP socket: a third of what socket.io's own broadcast of binary costs. Positions are volatile: a client that is slow or busy
 * misses frames, counted in `skipped`; nothing is queued for it. Pages on long-polling are served by socket.io itself.
 */
export class Fanout {
  delivered = 0;
  skipped = 0;
  readonly #pages = new Map<PageSocket, Page>();
  readonly #readers = new Set<WebSocket>();

  get pages(): number {
    return this.#pages.size;
  }

  get readers(): number {
    return this.#readers.size;
  }

  addPage(socket: PageSocket): void {
    this.#pages.set(socket, { socket, transport: undefined, tcp: undefined });
  }

  removePage(socket: PageSocket): void {
    this.#pages.delete(socket);
  }

  addReader(socket: WebSocket): void {
    this.#readers.add(socket);
  }

  removeReader(socket: WebSocket): void {
    this.#readers.delete(socket);
  }

  send(frame: Uint8Array): void {
    if (this.#pages.size > 0) {
      const bytes = positionsEvent(frame);
      for (const page of this.#pages.values()) this.#toPage(page, bytes, frame);
    }
    if (this.#readers.size > 0) {
      const bytes = binaryMessage(frame);
      for (const reader of this.#readers) this.#write(reader.readyState === WebSocket.OPEN ? tcpOf(reader) : undefined, bytes);
    }
  }

  /**
   * The bytes may be slipped in between engine.io's own packets only while it has none half sent: it sends the parts of a packet one by one
   * and is not `writable` until the last is out.
   */
  #toPage(page: Page, bytes: Buffer, frame: Uint8Array): void {
    const { transport, readyState } = page.socket.conn;
    if (readyState !== 'open' || !transport.writable) {
      this.skipped++;
      return;
    }
    if (page.transport !== transport) {
      page.transport = transport;
      page.tcp = transport.name === 'websocket' && 'socket' in transport ? tcpOf(transport.socket) : undefined;
    }
    if (page.tcp !== undefined) this.#write(page.tcp, bytes);
    else {
      this.delivered++;
      page.socket.volatile.emit('positions', frame);
    }
  }

  #write(tcp: TcpSocket | undefined, bytes: Buffer): void {
    if (tcp === undefined || !tcp.writable || tcp.writableLength > BACKLOG_LIMIT_BYTES) {
      this.skipped++;
      return;
    }
    this.delivered++;
    tcp.write(bytes);
  }
}

/** The TCP socket below a WebSocket of the `ws` package, which keeps it in `_socket` (undefined should a later version not). */
function tcpOf(socket: unknown): TcpSocket | undefined {
  if (typeof socket !== 'object' || socket === null || !('_socket' in socket)) return undefined;
  return socket._socket instanceof TcpSocket ? socket._socket : undefined;
}
