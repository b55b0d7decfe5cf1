//! Audit: verify, replay, export, events.
