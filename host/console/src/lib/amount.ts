/**
 * Amounts, rates and quantities are decimal text from the server to the screen and back. Nothing here makes a float of one: digits are
 * moved as characters, and where lengths of bars are wanted they are whole thousandths by integer division.
 */

export type Language = "zh-CN" | "en";

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;
/** U+2212, as wide as a digit's plus: a hyphen is too short beside figures. */
const MINUS = "\u2212";

interface Separators {
  group: string;
  decimal: string;
}

const separators = new Map<Language, Separators>();

function separatorsOf(language: Language): Separators {
  let found = separators.get(language);
  if (found === undefined) {
    const parts = new Intl.NumberFormat(language).formatToParts(1234567.5);
    const part = (type: string, otherwise: string) => parts.find((p) => p.type === type)?.value ?? otherwise;
    found = { group: part("group", ","), decimal: part("decimal", ".") };
    separators.set(language, found);
  }
  return found;
}

/** `-1234567.50` → `−1,234,567.50`. What is no decimal is shown as it came: better odd than wrong. */
export function formatDecimal(text: string, language: Language): string {
  const match = DECIMAL.exec(text);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction] = match;
  const { group, decimal } = separatorsOf(language);
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
  return (sign === "" ? "" : MINUS) + grouped + (fraction === undefined ? "" : decimal + fraction);
}

const wholes = new Map<Language, Intl.NumberFormat>();

/** How many there are: a count, not an amount. */
export function formatCount(n: number, language: Language): string {
  let format = wholes.get(language);
  if (format === undefined) {
    format = new Intl.NumberFormat(language);
    wholes.set(language, format);
  }
  return format.format(n);
}

/** A fraction as the percentage it is: `0.13` → `13%`, `0.0625` → `6.25%`. */
export function formatPercent(text: string, language: Language): string {
  const match = DECIMAL.exec(text);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction = ""] = match;
  const padded = fraction.padEnd(2, "0");
  const shifted = (whole + padded.slice(0, 2)).replace(/^0+(?=\d)/, "");
  const rest = padded.slice(2).replace(/0+$/, "");
  return `${formatDecimal(sign + shifted + (rest === "" ? "" : `.${rest}`), language)}%`;
}

/** Whole minor units as decimal text: (1234, 2) → `12.34`. */
export function fromMinor(minor: number, digits: number): string {
  const sign = minor < 0 ? "-" : "";
  const text = String(minor).replace("-", "").padStart(digits + 1, "0");
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Digits behind the point: `12.34` → 2. */
export function digitsOf(text: string): number {
  return DECIMAL.exec(text)?.[3]?.length ?? 0;
}

/** With at least so many digits behind the point: a price of 50 stands as 50.00 beside amounts that do. */
export function atLeast(text: string, digits: number): string {
  const there = digitsOf(text);
  if (!isDecimal(text) || there >= digits) return text;
  return (there === 0 ? `${text}.` : text) + "0".repeat(digits - there);
}

export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

export function isZero(text: string): boolean {
  return /^-?0+(\.0+)?$/.test(text);
}

export function isNegative(text: string): boolean {
  return text.startsWith("-") && !isZero(text);
}

/** The same amount with the other sign. */
export function negated(text: string): string {
  if (isZero(text)) return text;
  return text.startsWith("-") ? text.slice(1) : `-${text}`;
}

function scaled(text: string, digits: number): bigint {
  const match = DECIMAL.exec(text);
  if (match === null) return 0n;
  const [, sign = "", whole = "", fraction = ""] = match;
  return BigInt(sign + whole + fraction.padEnd(digits, "0"));
}

/** Σ, with as many digits as any of them has. */
export function sumDecimals(amounts: readonly string[]): string {
  const digits = amounts.reduce((most, amount) => Math.max(most, digitsOf(amount)), 0);
  const sum = amounts.reduce((all, amount) => all + scaled(amount, digits), 0n);
  const text = String(sum < 0n ? -sum : sum).padStart(digits + 1, "0");
  return (sum < 0n ? "-" : "") + (digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`);
}

/** For sorting: -1, 0 or 1. */
export function compareDecimals(a: string, b: string): number {
  const digits = Math.max(digitsOf(a), digitsOf(b));
  const [x, y] = [scaled(a, digits), scaled(b, digits)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Lengths of bars in whole thousandths of the largest: for drawing, never for showing. */
export function lengths(amounts: readonly string[]): number[] {
  const digits = amounts.reduce((most, amount) => Math.max(most, digitsOf(amount)), 0);
  const all = amounts.map((amount) => scaled(amount, digits));
  const abs = (n: bigint) => (n < 0n ? -n : n);
  const largest = all.reduce((most, n) => (abs(n) > most ? abs(n) : most), 0n);
  // Whole thousandths fit a number exactly.
  return all.map((n) => (largest === 0n ? 0 : Math.trunc(Number((n * 1000n) / largest)))); // eslint-disable-line no-restricted-syntax
}

const GROUPED = /^-?\d{1,3}(,\d{3})+(\.\d+)?$/;

/**
 * What a person typed as the decimal the server reads: grouping by threes, blanks and full-width digits of a Chinese keyboard are allowed,
 * and a point may have lost its leading zero. `null` if it is no amount.
 */
export function readAmount(typed: string): string | null {
  const text = typed
    .replace(/[０-９．，－]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[\s¥￥$€£]/g, "")
    .replace(/[−–]/g, "-")
    .replace(/^(-?)\./, "$10.");
  // a comma groups thousands; "12,50" may be twelve and a half, and is nobody's guess
  if (text.includes(",") && !GROUPED.test(text)) return null;
  const match = DECIMAL.exec(text.replaceAll(",", ""));
  if (match === null) return null;
  const [, sign = "", whole = "", fraction] = match;
  const plain = whole.replace(/^0+(?=\d)/, "");
  const value = plain + (fraction === undefined ? "" : `.${fraction}`);
  return isZero(value) ? value : sign + value;
}
