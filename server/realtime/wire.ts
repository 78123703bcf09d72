/**
 * Bytes of a positions message as they travel, built once and written to every client.
 *
 * WebSocket framing is RFC 6455 section 5.2 (server to client: no mask); socket.io's binary event is a text packet with a placeholder and
 * the bytes behind it (socket.io protocol 5, engine.io protocol 4).
 */

/** socket.io namespace of pages. */
export const NAMESPACE = '/channels';

const OPCODE_TEXT = 1;
const OPCODE_BINARY = 2;
/** engine.io `message`, socket.io `BINARY_EVENT` with one attachment. */
const EVENT_HEAD = Buffer.from(`451-${NAMESPACE},["positions",{"_placeholder":true,"num":0}]`);

/** One unfragmented binary WebSocket message. */
export function binaryMessage(payload: Uint8Array): Buffer {
  return Buffer.concat([header(OPCODE_BINARY, payload.byteLength), payload]);
}

/** The socket.io event `positions` carrying `payload`: two WebSocket messages in one buffer. */
export function positionsEvent(payload: Uint8Array): Buffer {
  return Buffer.concat([header(OPCODE_TEXT, EVENT_HEAD.length), EVENT_HEAD, header(OPCODE_BINARY, payload.byteLength), payload]);
}

function header(opcode: number, length: number): Buffer {
  const first = 0x80 | opcode;
  if (length < 126) return Buffer.from([first, length]);
  if (length < 65536) return Buffer.from([first, 126, length >> 8, length & 0xff]);
  const long = Buffer.alloc(10);
  long[0] = first;
  long[1] = 127;
  long.writeBigUInt64BE(BigInt(length), 2);
  return long;
}
