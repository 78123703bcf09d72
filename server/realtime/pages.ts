import type { Server as HttpServer } from 'node:http';
import { type Namespace, Server } from 'socket.io';
import { z } from 'zod';
import { ControlCommand, type ControlReply, HostedReport, type PageToServer, type ServerToPage } from '../../protocol/index.js';
import { type Gate, oneLine } from '../api/index.js';
import { RateLimit } from '../channel/rate-limit.js';
import type { PageSocket } from './fanout.js';
import type { ChannelHub } from './hub.js';
import { NAMESPACE } from './wire.js';

const MESSAGE_LIMIT_BYTES = 256 * 1024;
const COMMANDS_PER_SECOND = 30;
const REPORTS_PER_SECOND = 2;

/** `auth` of a page's handshake. `control`: the page means to control, so one that may not is refused at once; `operator`: who is at it;
 * `positions`: false for a page that draws none. */
const PageAuth = z.object({
  channel: z.string().max(60),
  token: z.string().max(200).optional(),
  control: z.boolean().optional(),
  operator: z.string().max(60).optional(),
  positions: z.boolean().optional(),
});

/** socket.io for pages: each joins one channel, gets its whole state, status and positions, and may send commands. */
export function attachPages(server: HttpServer, hubs: ReadonlyMap<string, ChannelHub>, gate: Gate): { close(): Promise<void> } {
  const io = new Server<PageToServer, ServerToPage>(server, {
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    destroyUpgrade: false,
    maxHttpBufferSize: MESSAGE_LIMIT_BYTES,
    pingInterval: 5_000,
    pingTimeout: 5_000,
    connectTimeout: 10_000,
    allowRequest: (request, allow) => {
      const refusal = gate.reach(request, true);
      allow(refusal?.message ?? null, refusal === null);
    },
  });
  const pages = io.of(NAMESPACE);
  pages.use((socket, next) => next(admit(socket, hubs, gate)));
  pages.on('connection', (socket) => join(socket, hubs, gate));
  const stops = [...hubs.values()].map((hub) => publish(pages, hub));
  return {
    close: async () => {
      for (const stop of stops) stop();
      io.disconnectSockets(true);
      io.engine.close();
      await io.close();
    },
  };
}

/** @returns the reason to refuse, or undefined. */
function admit(socket: PageSocket, hubs: ReadonlyMap<string, ChannelHub>, gate: Gate): Error | undefined {
  const auth = PageAuth.safeParse(socket.handshake.auth);
  if (!auth.success) return new Error(`bad handshake: ${oneLine(auth.error)}`);
  const { channel, token, control } = auth.data;
  if (!hubs.has(channel)) return new Error(`there is no channel "${channel}"`);
  const what = `control of ${channel}`;
  const refusal = control ? gate.control(socket.request, what, token) : gate.wrongToken(socket.request, what, token);
  return refusal === null ? undefined : new Error(refusal.message);
}

function join(socket: PageSocket, hubs: ReadonlyMap<string, ChannelHub>, gate: Gate): void {
  const { channel: id, token, operator, positions = true } = PageAuth.parse(socket.handshake.auth);
  const hub = hubs.get(id);
  if (hub === undefined) return;
  const rate = new RateLimit(COMMANDS_PER_SECOND);
  const reports = new RateLimit(REPORTS_PER_SECOND);
  socket.on('disconnect', () => {
    hub.fanout.removePage(socket);
    hub.channel.reportHosted(socket.id, null);
  });
  socket.on('hosted', (message) => {
    const report = HostedReport.safeParse(message);
    if (report.success && reports.take(performance.now())) hub.channel.reportHosted(socket.id, report.data);
  });
  socket.on('command', async (message, reply) => {
    const answer = async (): Promise<ControlReply> => {
      if (!rate.take(performance.now())) return { ok: false, error: 'too many commands: slow down' };
      const refusal = gate.control(socket.request, `control of ${id}`, token);
      if (refusal) return { ok: false, error: refusal.message };
      const command = ControlCommand.safeParse(message);
      if (!command.success) return { ok: false, error: `not a command: ${oneLine(command.error)}` };
      return await hub.channel.command(command.data, operator);
    };
    const result = await answer();
    if (typeof reply === 'function') reply(result);
  });
  void socket.join(id);
  socket.emit('state', hub.channel.state());
  if (!positions) return;
  if (hub.newest !== undefined) socket.emit('positions', hub.newest);
  hub.fanout.addPage(socket);
}

function publish(pages: Namespace<PageToServer, ServerToPage>, { channel }: ChannelHub): () => void {
  const stopState = channel.onState((state) => pages.to(channel.id).emit('state', state));
  const stopStatus = channel.onStatus((status) => pages.to(channel.id).volatile.emit('status', status));
  return () => {
    stopState();
    stopStatus();
  };
}
