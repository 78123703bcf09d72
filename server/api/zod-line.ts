import type { z } from 'zod';

/** The first problem that a schema found, as one line: `positions.3.groundM: expected …`. */
export function oneLine(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'invalid';
  const path = issue.path.map(String).join('.');
  const line = `${path === '' ? '' : `${path}: `}${issue.message}`.replace(/\s+/g, ' ');
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
