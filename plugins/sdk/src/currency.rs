//! Currencies of ISO 4217 and the decimals of their minor units.

/// The codes whose minor unit has two decimals, in order.
const TWO: &str = "\
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF \
    CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD \
    GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL \
    MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN \
    QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY \
    TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG ZWL";

/// How many decimals a currency's minor unit has; `None` for what is no currency of ISO 4217 with a minor unit. Codes that
/// only count gold (XAU), bonds or nothing (XXX) have none: nothing can be owed in them.
///
/// ```
/// use zhangben_sdk::currency::minor_unit;
/// assert_eq!((minor_unit("CNY"), minor_unit("JPY"), minor_unit("KWD"), minor_unit("CLF")), (Some(2), Some(0), Some(3), Some(4)));
/// assert_eq!((minor_unit("ZZZ"), minor_unit("XXX"), minor_unit("XAU"), minor_unit("eur")), (None, None, None, None));
/// ```
pub fn minor_unit(code: &str) -> Option<u32> {
    match code {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI"
        | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => Some(0),
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => Some(3),
        "CLF" | "UYW" => Some(4),
        other => TWO.split(' ').any(|listed| listed == other).then_some(2),
    }
}

/// The decimals of [`minor_unit`]; 2 for a code that is not listed.
///
/// ```
/// use zhangben_sdk::currency::decimals;
/// assert_eq!((decimals("CNY"), decimals("JPY"), decimals("KWD"), decimals("CLF")), (2, 0, 3, 4));
/// ```
pub fn decimals(code: &str) -> u32 {
    minor_unit(code).unwrap_or(2)
}

/// Whether this has the form of an ISO 4217 code: three capital letters.
pub fn is_code(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}
