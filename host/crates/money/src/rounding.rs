use rust_decimal::{Decimal, RoundingStrategy};
use std::fmt;

/// How a value between two minor units is decided. Named at each call; there is no default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// 四舍五入: half away from zero (China's VAT, most of commerce).
    HalfUp,
    /// Half to the even neighbour (banker's).
    HalfEven,
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

impl Rounding {
    pub fn round(self, value: Decimal, decimals: u32) -> Decimal {
        value.round_dp_with_strategy(
            decimals,
            match self {
                Rounding::HalfUp => RoundingStrategy::MidpointAwayFromZero,
                Rounding::HalfEven => RoundingStrategy::MidpointNearestEven,
                Rounding::Down => RoundingStrategy::ToZero,
                Rounding::Up => RoundingStrategy::AwayFromZero,
            },
        )
    }
    /// The name that stands in plugin results and exports.
    pub const fn name(self) -> &'static str {
        match self {
            Rounding::HalfUp => "half-up",
            Rounding::HalfEven => "half-even",
            Rounding::Down => "down",
            Rounding::Up => "up",
        }
    }
    pub fn by_name(name: &str) -> Option<Self> {
        [Rounding::HalfUp, Rounding::HalfEven, Rounding::Down, Rounding::Up]
            .into_iter()
            .find(|r| r.name() == name)
    }
}

impl fmt::Display for Rounding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
