/** What a rate is for: the role decides the category of lines that bear it. */
export type RateRole = "standard" | "reduced" | "zero";

/** A rate of value added tax as the law has it: a percentage, since when, and the clause. */
export interface KnownRate {
  role: RateRole;
  percent: string;
  from: string;
  law: string;
}

interface Known {
  rates: readonly KnownRate[];
  /** Where the law says that an invoice rounds its tax once. */
  rounding?: "document";
}

const rate = (role: RateRole, percent: string, from: string, law: string): KnownRate => ({ role, percent, from, law });

/**
 * Rates that the first run suggests, and the company confirms: only some that are beyond doubt. Which goods and services a rate is for, the clause
 * says. Of a country that is not here nothing is suggested. Since `from` the rate holds without a break.
 */
const KNOWN: Readonly<Record<string, Known>> = {
  AE: { rates: [rate("standard", "5", "2018-01-01", "Federal Decree-Law No. 8 of 2017, art. 3")] },
  AT: {
    rates: [
      rate("standard", "20", "1995-01-01", "UStG 1994 § 10 Abs. 1"),
      rate("reduced", "13", "2016-01-01", "UStG 1994 § 10 Abs. 3"),
      rate("reduced", "10", "1995-01-01", "UStG 1994 § 10 Abs. 2"),
    ],
  },
  AU: {
    rates: [
      rate("standard", "10", "2000-07-01", "A New Tax System (Goods and Services Tax) Act 1999, s. 9-70"),
      rate("zero", "0", "2000-07-01", "A New Tax System (Goods and Services Tax) Act 1999, Div. 38"),
    ],
  },
  CH: {
    rates: [
      rate("standard", "8.1", "2024-01-01", "MWSTG Art. 25 Abs. 1"),
      rate("reduced", "3.8", "2024-01-01", "MWSTG Art. 25 Abs. 4"),
      rate("reduced", "2.6", "2024-01-01", "MWSTG Art. 25 Abs. 2"),
    ],
  },
  DE: {
    rates: [
      // from July to December 2020 they were 16 and 5
      rate("standard", "19", "2021-01-01", "UStG § 12 Abs. 1"),
      rate("reduced", "7", "2021-01-01", "UStG § 12 Abs. 2"),
    ],
  },
  DK: { rates: [rate("standard", "25", "1992-01-01", "Momsloven § 33")] },
  ES: {
    rates: [
      rate("standard", "21", "2012-09-01", "Ley 37/1992, art. 90"),
      rate("reduced", "10", "2012-09-01", "Ley 37/1992, art. 91.Uno"),
      rate("reduced", "4", "1995-01-01", "Ley 37/1992, art. 91.Dos"),
    ],
  },
  FR: {
    rates: [
      rate("standard", "20", "2014-01-01", "CGI, art. 278"),
      rate("reduced", "10", "2014-01-01", "CGI, art. 278 bis, 279"),
      rate("reduced", "5.5", "2014-01-01", "CGI, art. 278-0 bis"),
    ],
  },
  GB: {
    rates: [
      rate("standard", "20", "2011-01-04", "Value Added Tax Act 1994, s. 2(1)"),
      rate("reduced", "5", "2001-11-01", "Value Added Tax Act 1994, s. 29A, Sch. 7A"),
      rate("zero", "0", "1994-09-01", "Value Added Tax Act 1994, s. 30, Sch. 8"),
    ],
  },
  IT: {
    rates: [
      rate("standard", "22", "2013-10-01", "D.P.R. 633/1972, art. 16"),
      rate("reduced", "10", "2013-10-01", "D.P.R. 633/1972, art. 16, tab. A, parte III"),
      rate("reduced", "4", "2013-10-01", "D.P.R. 633/1972, art. 16, tab. A, parte II"),
    ],
  },
  JP: {
    // national and local tax together
    rates: [
      rate("standard", "10", "2019-10-01", "Consumption Tax Act, art. 29(i); Local Tax Act, art. 72-83"),
      rate("reduced", "8", "2023-10-01", "Consumption Tax Act, art. 29(ii); Local Tax Act, art. 72-83"),
    ],
    // Order for Enforcement of the Consumption Tax Act, art. 70-10: once for each rate of a qualified invoice
    rounding: "document",
  },
  KR: { rates: [rate("standard", "10", "2013-07-01", "Value-Added Tax Act, art. 30")] },
  NL: {
    rates: [
      rate("standard", "21", "2012-10-01", "Wet OB 1968, art. 9, lid 1"),
      rate("reduced", "9", "2019-01-01", "Wet OB 1968, art. 9, lid 2, onder a"),
    ],
  },
  NZ: {
    rates: [
      rate("standard", "15", "2010-10-01", "Goods and Services Tax Act 1985, s. 8(1)"),
      rate("zero", "0", "2010-10-01", "Goods and Services Tax Act 1985, s. 11, 11A"),
    ],
  },
  SG: {
    rates: [
      rate("standard", "9", "2024-01-01", "Goods and Services Tax Act 1993, s. 16"),
      rate("zero", "0", "2024-01-01", "Goods and Services Tax Act 1993, s. 21"),
    ],
  },
  ZA: {
    rates: [
      rate("standard", "15", "2018-04-01", "Value-Added Tax Act 89 of 1991, s. 7(1)"),
      rate("zero", "0", "2018-04-01", "Value-Added Tax Act 89 of 1991, s. 11"),
    ],
  },
};

/** What is known of a country's rates; nothing where none was looked up. */
export const knownRates = (country: string): Known | undefined => KNOWN[country];

export const KNOWN_COUNTRIES = Object.keys(KNOWN);
