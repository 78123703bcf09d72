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

/** HOTA, IDF1 and MOTA, as the tables have them. */
export function three(r: { readonly hota: number; readonly idf1: number; readonly mota: number }): string {
  return [r.hota, r.idf1, r.mota].map((v) => v.toFixed(2)).join(' / ');
}

/** With its sign, whichever it is. */
export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}
