import i18next from "i18next";
import type { Language } from "@/lib/amount";
import { withOptions } from "./registers";
import { close } from "./words/close";
import { codes } from "./words/codes";
import { members, pluginRefusals } from "./words/refusals";

interface Sentence {
  says: RegExp;
  zh: string;
  /** What stands in its gaps, where no other sentence means that by it. */
  own?: Words;
}
type Words = Readonly<Record<string, string>>;

const LEAD = 4;
const AROUND = 10_000;
const ROWS = /; (?=row \d+: )/;
const GAP = /\{[^{}]*\}/g;
const plain = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** Sentences that name a role of accounts, as the server calls it. */
const OF_ROLES = /\{role\}|control account|in the chart|line \{line\} on account/;

/** A sentence of the server with gaps as what recognises it. */
function sentence([en, zh]: readonly [string, string]): Sentence & { weight: number } {
  const parts = en.split(GAP);
  // No blank stands in an id: what is before it may have some.
  const gaps = [...en.matchAll(GAP)].map(([gap]) => (gap === "{id}" ? "(\\S+)" : "(.+?)"));
  // One that begins with words of its own is around what is said in its gaps, and not in the first gap of another.
  const around = (parts[0] ?? "").length >= LEAD ? AROUND : 0;
  return { says: new RegExp(`^${parts.map((part, n) => plain(part) + (gaps[n] ?? "")).join("")}$`, "s"), zh, weight: parts.join("").length + around };
}

let known: readonly Sentence[] | null = null;
let terms: Words = {};
let places: readonly (readonly [RegExp, string])[] = [];

/** The catalogue is a chunk of its own, asked for as soon as Chinese is spoken: English needs none. */
export async function learn(): Promise<void> {
  if (known !== null) return;
  const [found, books, files, acts, bank, filled] = await Promise.all([
    import("./words/details"),
    import("./words/detailsBooks"),
    import("./words/detailsFiles"),
    import("./words/detailsActs"),
    import("./words/detailsBankFiles"),
    import("./words/fillers"),
  ]);
  terms = { ...Object.fromEntries(Object.entries(close.items).map(([code, [zh]]) => [code, zh])), ...acts.actsTerms, ...found.terms, ...books.booksTerms };
  places = [...bank.bankFilePlaces, ...filled.fillers.map(([en, zh]) => [new RegExp(`^${en.split(GAP).map(plain).join("(\\S+)")}$`), zh] as const)];
  const ofBanks = bank.bankFileDetails.map((pair) => ({ ...sentence(pair), own: bank.bankFileTerms }));
  const roles: Words = Object.fromEntries(Object.entries(codes.accountRole).map(([role, [zh]]): [string, string] => [role, zh]));
  const ofOthers = [...found.details, ...books.booksDetails, ...files.filesDetails, ...acts.actsDetails].map((pair) => (OF_ROLES.test(pair[0]) ? { ...sentence(pair), own: roles } : sentence(pair)));
  // Of two that fit, the one that says more.
  known = [...ofOthers, ...ofBanks].sort((a, b) => b.weight - a.weight);
}

/** What is named where it is said, as the fields of a sheet are. */
type Names = ((code: string) => string | undefined) | undefined;

/** A place in a bank's file, or what is named with its number. */
function placed(value: string): string | null {
  for (const [says, zh] of places) {
    const match = says.exec(value);
    if (match !== null) return zh.replace(/\$(\d)/g, (_, n: string) => [...match].at(JSON.parse(n) as number) ?? "");
  }
  return null;
}

/** What fills a gap: a sentence again, a word that we know, several of them, or a value. */
function filling(value: string, names: Names): string {
  // each row of a sheet has its own reason
  const rows = value.split(ROWS);
  if (rows.length > 1) return rows.map((row) => translated(row, names) ?? row).join("；");
  const place = placed(value);
  if (place !== null) return place;
  const bare = /^"(.*)"$/s.exec(value)?.[1] ?? value;
  const named = (text: string) => names?.(text) ?? terms[text];
  const term = named(bare) ?? terms[value];
  if (term !== undefined) return term;
  for (const between of [" or ", ", "]) {
    const parts = bare.split(between);
    if (parts.length > 1 && parts.every((part) => named(part) !== undefined)) return parts.map((part) => named(part)).join("、");
  }
  return translated(bare, names) ?? bare;
}

function translated(detail: string, names: Names): string | null {
  const at = /^(\/\S*): (.+)$/s.exec(detail);
  if (at !== null) {
    const inner = translated(at[2] ?? "", names);
    return inner === null ? null : `${placeIn(at[1] ?? "", "zh-CN")}：${inner}`;
  }
  for (const { says, zh, own } of known ?? []) {
    const match = says.exec(detail);
    if (match === null) continue;
    const inside: Names = own === undefined ? names : (code) => own[code] ?? names?.(code);
    const gaps = Object.fromEntries([...match].map((gap, n) => [String(n), gap]));
    return zh.replace(/\$(\d)/g, (_, n: string) => filling(gaps[n] ?? "", inside));
  }
  return warned(detail);
}

/** What a plugin tells of what it read all the same: our word for its code, with its own words. */
function warned(detail: string): string | null {
  const [, code, own] = /^([a-z][a-z0-9-]*)(?: at \S+)?: (.+)$/s.exec(detail) ?? [];
  const word = pluginSays(code, "zh-CN");
  return word === null ? null : `${word}（${own ?? ""}）`;
}

export interface Said {
  text: string;
  /** Whose words: the person's language, or English as the server gave it. */
  foreign: boolean;
}

export const speaks = (): Language => (i18next.language === "en" ? "en" : "zh-CN");

/** Sizes as people count them: 10485760 字节 → 10 MB. */
const sized = (text: string) => text.replace(/\b(\d{6,}) (?:bytes|字节)/g, (_, bytes: string) => `${Math.round((JSON.parse(bytes) as number) / 104857.6) / 10} MB`);

/** What the server says of a refusal, in the person's language where we have the sentence. */
export function said(detail: string, language: Language = speaks(), names?: Names): Said {
  if (language === "en") return { text: sized(withOptions(detail, "en").replace(/^(\/\S*): /, (_, at: string) => `${placeIn(at, "en")}: `)), foreign: false };
  const found = translated(names === undefined ? withOptions(detail, language) : detail, names);
  return found === null ? { text: detail, foreign: /[A-Za-z]{3}/.test(detail) } : { text: sized(found), foreign: false };
}

/** A path to what is refused, in words: `/lines/0/unit_price` → 明细行 1 · 单价. */
export function placeIn(pointer: string, language: Language = speaks()): string {
  const of = language === "en" ? 1 : 0;
  const register: Readonly<Record<string, readonly [string, string]>> = members;
  const words: string[] = [];
  for (const step of pointer.split("/").slice(1)) {
    if (step === "body" && words.length === 0) continue;
    const before = words.at(-1);
    if (/^\d+$/.test(step) && before !== undefined) words[words.length - 1] = `${before} ${BigInt(step) + 1n}`;
    else words.push(register[step.replace(/-/g, "_")]?.[of] ?? step);
  }
  // There is one document in a call, as far as a person knows.
  if (words.length > 1 && words[0] === `${members.documents[of]} 1`) words.shift();
  return words.join(" · ");
}

/** Why a plugin refused: our word for its code where it is one of those that come with the host. */
export function pluginSays(code: string | null | undefined, language: Language = speaks()): string | null {
  const register: Readonly<Record<string, readonly [string, string]>> = pluginRefusals;
  return register[code ?? ""]?.[language === "en" ? 1 : 0] ?? null;
}

/** The plugin's own words out of the server's sentence about it: `… refused: CODE at PATH: WORDS`. */
export function ownWords(detail: string, code: string | null | undefined, subject: string | null | undefined): string {
  if (code === null || code === undefined) return detail;
  const lead = subject === null || subject === undefined ? `refused: ${code}: ` : `refused: ${code} at ${subject}: `;
  const from = detail.indexOf(lead);
  return from < 0 ? detail : detail.slice(from + lead.length);
}
