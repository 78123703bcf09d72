import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';

/** A camera as far as a client can tell: one H.264 track over RTSP, RTP in the same connection or by UDP, whichever the client asks for. */
export interface RtspServer {
  readonly port: number;
  /** Everything sent here (an `rtp://` address, H.264, payload type 96) goes on to whoever plays. */
  readonly rtpPort: number;
  /** Dead at once, as after a power cut: no TEARDOWN, connections reset. */
  kill(): Promise<void>;
}

const SDP = ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=camera', 't=0 0', 'm=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000'];
SDP.push('a=fmtp:96 packetization-mode=1', 'a=control:track0', '');

/** RFC 2326, as much of it as a player needs: OPTIONS, DESCRIBE, SETUP, PLAY. @param port to listen on; 0 for any. */
export async function startRtspServer(port = 0): Promise<RtspServer> {
  const udp = createSocket('udp4');
  const connections = new Set<Socket>();
  const players = new Map<Socket, (packet: Buffer) => void>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => {
      connections.delete(socket);
      players.delete(socket);
    });
    serve(socket);
  });

  function serve(socket: Socket): void {
    let pending = Buffer.alloc(0);
    let send: (packet: Buffer) => void = () => {};
    socket.on('data', (bytes) => {
      pending = Buffer.concat([pending, bytes]);
      for (;;) {
        if (pending[0] === 0x24) {
          // A receiver's report, interleaved: '$', channel, length.
          if (pending.length < 4 || pending.length < 4 + pending.readUInt16BE(2)) return;
          pending = pending.subarray(4 + pending.readUInt16BE(2));
          continue;
        }
        const end = pending.indexOf('\r\n\r\n');
        if (end < 0) return;
        const request = pending.toString('latin1', 0, end);
        pending = pending.subarray(end + 4);
        answer(request);
      }
    });

    function answer(request: string): void {
      const [method = '', url = ''] = request.split(' ');
      const header = (name: string): string => new RegExp(`^${name}: *(.*)$`, 'im').exec(request)?.[1] ?? '';
      const lines = [`RTSP/1.0 200 OK`, `CSeq: ${header('CSeq')}`, 'Session: 1'];
      let body = '';
      if (method === 'OPTIONS') lines.push('Public: OPTIONS, DESCRIBE, SETUP, PLAY');
      else if (method === 'DESCRIBE') {
        body = SDP.join('\r\n');
        lines.push('Content-Type: application/sdp', `Content-Base: ${url}/`, `Content-Length: ${body.length}`);
      } else if (method === 'SETUP') {
        const transport = header('Transport');
        const clientPort = /client_port=(\d+)/.exec(transport)?.[1];
        lines.push(`Transport: ${transport}${clientPort ? `;server_port=${udp.address().port}-${udp.address().port + 1}` : ''}`);
        send = clientPort ? (packet) => udp.send(packet, Number(clientPort), '127.0.0.1') : (packet) => socket.write(interleaved(packet));
      } else if (method === 'PLAY') players.set(socket, (packet) => send(packet));
      socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
    }
  }

  udp.on('message', (packet) => {
    for (const play of players.values()) play(packet);
  });
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    rtpPort: udp.address().port,
    kill: async () => {
      udp.close();
      for (const socket of connections) socket.resetAndDestroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** RTP in the RTSP connection: '$', channel 0, length, packet. */
function interleaved(packet: Buffer): Buffer {
  const head = Buffer.from([0x24, 0, 0, 0]);
  head.writeUInt16BE(packet.length, 2);
  return Buffer.concat([head, packet]);
}
