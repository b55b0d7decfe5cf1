//! The `zhangben` binary: arguments → settings → wiring → run. All of it lives in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    zhangben::cli::main()
}
