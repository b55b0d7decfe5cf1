//! Decimals of currencies.

/// How many decimals a currency's minor unit has (ISO 4217, list of 2024): 2 but for the exceptions.
///
/// ```
/// use zhangben_sdk::currency::decimals;
/// assert_eq!((decimals("CNY"), decimals("JPY"), decimals("KWD"), decimals("CLF")), (2, 0, 3, 4));
/// ```
pub fn decimals(code: &str) -> u32 {
    match code {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI"
        | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
    }
}

/// Whether this has the form of an ISO 4217 code: three capital letters.
pub fn is_code(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}
