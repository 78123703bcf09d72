/** One table of a bench: lines to read and figures for `--json`. */
export interface Table {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes?: readonly string[];
  readonly figures: Record<string, number>;
}

/** First column to the left, the others to the right, two spaces between. */
export function tableLines(table: Table): string[] {
  const all = [table.header, ...table.rows];
  const widths = table.header.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd();
  return [table.title, ...all.map(line), ...(table.notes ?? []), ''];
}
