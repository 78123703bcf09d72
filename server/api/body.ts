import type { IncomingMessage } from 'node:http';
import { HttpFailure } from './route.js';

/** A command: a start list of 500 has room. */
const BODY_LIMIT_BYTES = 256 * 1024;
const BODY_TIMEOUT_MS = 10_000;

/**
 * Reads a JSON body. A type other than JSON is refused: forms and plain text are what a foreign page can send without asking.
 * @throws HttpFailure 415, 413, 408 or 400 with one line.
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = await readText(request, 'application/json');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HttpFailure(400, `the body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** As {@link readJson}, where a body need not be: undefined for none. */
export async function readOptionalJson(request: IncomingMessage): Promise<unknown> {
  const isEmpty = request.headers['transfer-encoding'] === undefined && Number(request.headers['content-length'] ?? 0) === 0;
  return isEmpty ? undefined : await readJson(request);
}

/**
 * Reads a body of one of the media types as text.
 * @throws HttpFailure 415, 413, 408 or 400 with one line.
 */
export async function readText(request: IncomingMessage, ...types: readonly string[]): Promise<string> {
  return (await readBytes(request, types, BODY_LIMIT_BYTES)).toString('utf8');
}

/**
 * Reads a body of one of the media types as it is.
 * @throws HttpFailure 415, 413, 408 or 400 with one line.
 */
export async function readBytes(request: IncomingMessage, types: readonly string[], limitBytes: number): Promise<Buffer> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!types.includes(type)) throw new HttpFailure(415, `the body must be sent as Content-Type: ${types.join(' or ')}`);
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes);
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
