import { z } from 'zod';

/** Longest line told of a hosted graphic. */
export const PROBLEM_LENGTH = 200;

/**
 * How others' graphics fare in one overlay page: every one it runs, each time; `line` is '' for one that works. The page may be anybody's and the words are
 * those of somebody's script: the server cuts them to one plain line.
 */
export const HostedReport = z.array(z.strictObject({ graphic: z.string().max(60), line: z.string().max(1000) })).max(200);
export type HostedReport = z.infer<typeof HostedReport>;
