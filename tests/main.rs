//! What no single crate can test: one integration binary.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod api;
mod audit;
mod fixture;
mod flows;
mod openapi;
mod simulation;
mod tidy;
