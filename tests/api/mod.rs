//! The REST API as its users have it: a real server on a socket, on both databases.

mod answers;
mod door;
mod erase;
mod hostile;
mod idempotency;
mod imports;
mod jobs;
mod month;
mod refusals;
mod rights;
mod tolerances;
mod world;
