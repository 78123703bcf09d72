import { decode, encode } from 'node-osc';
import { z } from 'zod';

/** Open Sound Control 1.0 packets; the bytes are `node-osc`'s affair. */

export type OscValue = number | string | boolean | null;

export interface OscMessage {
  readonly address: string;
  readonly args: readonly OscValue[];
}

/** A message to send: a number that must be a float also where it is whole is marked so. */
export interface OscOut {
  readonly address: string;
  readonly args: readonly (OscValue | { readonly float: number })[];
}

/** Longer packets are nobody's button. */
const LARGEST_BYTES = 8192;
const MOST_MESSAGES = 64;

const Argument = z.object({ value: z.union([z.number(), z.string(), z.boolean(), z.null()]) });
const Message = z.object({ oscType: z.literal('message'), address: z.string().startsWith('/').max(400), args: z.array(Argument).max(32) });
const Bundle = z.object({ oscType: z.literal('bundle'), elements: z.array(z.unknown()) });

/** @returns the packet's messages, those of its bundles in order; time tags are not waited for. @throws Error when it is not whole and plain OSC. */
export function decodePacket(packet: Buffer): OscMessage[] {
  if (packet.length === 0 || packet.length > LARGEST_BYTES) throw new Error(`an OSC packet of ${packet.length} bytes`);
  const messages: OscMessage[] = [];
  const waiting: unknown[] = [decode(packet)];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const bundle = Bundle.safeParse(next);
    if (bundle.success) waiting.unshift(...bundle.data.elements);
    else {
      const message = Message.safeParse(next);
      if (!message.success) throw new Error('not a plain OSC message');
      const { address, args } = message.data;
      messages.push({ address, args: args.map((a) => a.value) });
    }
    if (messages.length + waiting.length > MOST_MESSAGES) throw new Error(`an OSC bundle of more than ${MOST_MESSAGES} messages`);
  }
  return messages;
}

export function encodeMessage({ address, args }: OscOut): Buffer {
  const typed = args.map((value) => {
    if (value === null) return { type: 'N', value: 0 };
    return typeof value === 'object' ? { type: 'f', value: value.float } : value;
  });
  return encode({ oscType: 'message', address, args: typed });
}
