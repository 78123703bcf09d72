import type { IncomingMessage } from 'node:http';
import { HttpFailure } from './route.js';

export const BODY_LIMIT_BYTES = 64 * 1024;
const BODY_TIMEOUT_MS = 10_000;

/**
 * Reads a JSON body. A type other than JSON is refused: forms and plain text are what a foreign page can send without asking.
 * @throws HttpFailure 415, 413, 408 or 400 with one line.
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw new HttpFailure(415, 'the body must be JSON: send Content-Type: application/json');
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT_BYTES) throw tooLarge(BODY_LIMIT_BYTES);
  const text = (await read(request, BODY_LIMIT_BYTES)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HttpFailure(400, `the body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Reads a body of one media type as it is.
 * @throws HttpFailure 415, 413, 408 or 400 with one line.
 */
export async function readBytes(request: IncomingMessage, type: string, limitBytes: number): Promise<Buffer> {
  if ((request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() !== type)
    throw new HttpFailure(415, `the body must be ${type}: send Content-Type: ${type}`);
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes);
  return await read(request, limitBytes);
}

async function read(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  return await new Promise<Buffer>((resolve, reject) => {
    const timer = setTimeout(() => reject(new HttpFailure(408, 'the body did not arrive in time')), BODY_TIMEOUT_MS);
    request.on('data', (part: Buffer) => {
      length += part.length;
      if (length > limitBytes) reject(tooLarge(limitBytes));
      else parts.push(part);
    });
    request.on('end', () => resolve(Buffer.concat(parts)));
    request.on('error', () => reject(new HttpFailure(400, 'the body was cut off')));
    request.on('close', () => clearTimeout(timer));
  });
}

function tooLarge(limitBytes: number): HttpFailure {
  return new HttpFailure(413, `the body is larger than ${limitBytes / 1024} KB`);
}
