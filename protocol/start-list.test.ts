import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RosterEntry } from './project.js';
import { parseStartList } from './start-list.js';

test('a spreadsheet’s CSV: semicolons, a byte order mark, quotes with separators and line ends in them, other words for columns', () => {
  const { entries, problems } = parseStartList(
    '\uFEFFStart number;Surname;Given name;Club;Lane;Color;Note\r\n12;"Kovač; Jr.";Ana;"Team ""North""";4;1E90FF;x\r\n\r\n13;O\'Neil;Zoë;"two\nlines";;#ff0000;\r\n',
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(entries, [
    { bib: '12', name: 'Ana Kovač; Jr.', team: 'Team "North"', lane: 4, colour: '#1e90ff' },
    { bib: '13', name: "Zoë O'Neil", team: 'two\nlines', colour: '#ff0000' },
  ]);
});

test('tabs and commas are told apart by the first line; a name alone is enough', () => {
  assert.deepEqual(parseStartList('name\tlane\nAda, the first\t1').entries, [{ name: 'Ada, the first', lane: 1 }]);
  assert.deepEqual(parseStartList('Name\nAda\nBen\n').entries, [{ name: 'Ada' }, { name: 'Ben' }]);
});

test('one clear line for each bad row, and the good ones all the same', () => {
  const { entries, problems } = parseStartList(
    'name,bib,lane,colour\nAda,7,x,\n,8,2,\nBen,9,3,red\nCleo,123456789,4,\nDan,9,5,\nEve,9,6,\n',
  );
  assert.deepEqual(problems, [
    'line 2: lane "x": expected a whole number from 1 to 100',
    'line 3: name: is missing',
    'line 4: colour "#red": expected a colour like #1e90ff',
    'line 5: bib "123456789": expected at most 8 characters',
    'line 7: bib "9" is taken by Dan (line 6)',
  ]);
  assert.deepEqual(entries, [{ name: 'Dan', bib: '9', lane: 5 }]);
});

test('a list without a header, without a name column, or empty says what it needs', () => {
  assert.match(parseStartList('').problems[0] ?? '', /empty: expected a line of column names/);
  assert.match(parseStartList('constructor,bib\nx,1').problems[0] ?? '', /line 1: no column "name"; the columns are "constructor", "bib"/);
  assert.match(parseStartList('name,athlete\nAda,Ada').problems[0] ?? '', /two columns say "name"/);
  assert.match(parseStartList('name\n').problems[0] ?? '', /no entries/);
  assert.equal(parseStartList(`name\n${'x\n'.repeat(700)}`).entries.length, 500);
  assert.equal(parseStartList(`name,lane\n${'x,0\n'.repeat(700)}`).problems.length, 51);
});

test('JSON: a list, or a project’s roster, each entry checked', () => {
  assert.deepEqual(parseStartList('[{"name":"Ada","lane":2}]').entries, [{ name: 'Ada', lane: 2 }]);
  assert.deepEqual(parseStartList('{"roster":[{"name":"Ada"}]}').entries, [{ name: 'Ada' }]);
  assert.match(parseStartList('[{"name":"Ada"},{"nome":"Ben"}]').problems[0] ?? '', /^entry 2: /);
  assert.match(parseStartList('[1').problems[0] ?? '', /^not JSON/);
  assert.match(parseStartList('{"a":1}').problems[0] ?? '', /expected a list of entries/);
});

test('whatever is written as CSV is read back the same; no text makes it fail', () => {
  const word = fc
    .string({ minLength: 1, maxLength: 8, unit: 'grapheme' })
    .map((s) => s.trim())
    .filter((s) => s !== '' && !/[\p{Cc}\ufeff]/u.test(s));
  const entry = fc.record({ name: word, bib: fc.uuid().map((s) => s.slice(0, 8)), team: word }, { noNullPrototype: true });
  fc.assert(
    fc.property(
      fc.uniqueArray(entry, { minLength: 1, maxLength: 5, selector: (e) => e.bib }),
      fc.constantFrom(',', ';', '\t'),
      (entries, separator) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const rows = entries.map((e) => [e.name, e.bib, e.team].map(quoted).join(separator));
        assert.deepEqual(parseStartList([['name', 'bib', 'team'].join(separator), ...rows].join('\r\n')).entries, entries);
      },
    ),
  );
  fc.assert(fc.property(fc.string(), (text) => parseStartList(text).entries.every((e) => RosterEntry.safeParse(e).success)));
});
