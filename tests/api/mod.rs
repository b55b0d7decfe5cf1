//! The REST API as its users have it: a real server on a socket, on both databases.

mod answers;
mod bad_input;
mod bulk;
mod closes;
mod conditions;
mod door;
mod dry_run;
mod erase;
mod events;
mod filters;
mod furnished;
mod hostile;
mod idempotency;
mod imports;
mod jobs;
mod locks;
mod month;
mod parties;
mod refusals;
mod reports;
mod rights;
mod terms;
mod tolerances;
mod world;
