import type { RosterEntry } from '../../protocol/index.js';
import { type Random, shuffled } from '../random.js';

/** Invented competitors, in several scripts. */
const PEOPLE: readonly (readonly [name: string, shortName: string, team: string])[] = [
  ['Tomás Öberg', 'Öberg', 'SWE'],
  ['Łukasz Wroński', 'Wroński', 'POL'],
  ['Νίκος Βασιλάκης', 'Βασιλάκης', 'GRE'],
  ['Калоян Димитров', 'Димитров', 'BUL'],
  ['João Brandão', 'Brandão', 'POR'],
  ['İlker Çağlar', 'Çağlar', 'TUR'],
  ['Kofi Amponsah', 'Amponsah', 'GHA'],
  ['Søren Kjærgaard', 'Kjærgaard', 'DEN'],
  ['Marek Dvořáček', 'Dvořáček', 'CZE'],
  ['Θάνος Ιωαννίδης', 'Ιωαννίδης', 'CYP'],
  ['Драган Стојковић', 'Стојковић', 'SRB'],
  ['Émile Garçonnet', 'Garçonnet', 'FRA'],
  ['Ñusta Quispe', 'Quispe', 'PER'],
  ['Ádám Szőke', 'Szőke', 'HUN'],
  ['Þór Ásgeirsson', 'Ásgeirsson', 'ISL'],
  ['Darius Whitlock', 'Whitlock', 'JAM'],
];

const COLOURS = ['#e23b3b', '#2b7de0', '#f2b705', '#1fa971', '#8e4fd6', '#f26b1d', '#18b6c9', '#e8488f'] as const;

/** `count` (at most 8) competitors with distinct colours and bibs; lanes 1… when asked. */
export function makeRoster(next: Random, count: number, lanes: boolean): RosterEntry[] {
  const people = shuffled(next, PEOPLE);
  const colours = shuffled(next, COLOURS);
  const bibs = new Set<number>();
  while (bibs.size < count) bibs.add(100 + Math.floor(next() * 890));
  return [...bibs].map((bib, i) => {
    const [name, shortName, team] = people[i] as (typeof PEOPLE)[number];
    return { name, shortName, team, bib: String(bib), colour: colours[i] as string, ...(lanes ? { lane: i + 1 } : {}) };
  });
}
