/** Bad usage or bad input: one line that says what is wrong, where, and what to do. The command line exits 2 on it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
