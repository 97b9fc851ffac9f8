//! The pages and the JSON API of Traefik Manager, on hyper.
//!
//! A host that wants a server of its own takes [`ServerBuilder`]; one that has a server mounts [`App`]. Nothing here is
//! global, and no rule of the program lives here: handlers read a request, call the core, and show what it says.
//!
//! A request passes one gate (well formed, from whom, may they), then one table of endpoints, then a handler; a
//! refusal becomes an answer in one place, and every answer gets its protective headers in one place.

#![warn(missing_docs)]

mod about;
mod aftermath;
mod app;
mod assets;
mod body;
mod call;
mod change;
mod cookies;
mod drafts;
mod endpoint;
mod events;
mod failure;
mod fields;
mod filled;
mod flights;
mod gate;
mod handlers;
mod json;
mod json_objects;
mod json_settings;
mod live;
mod log_line;
mod object_input;
mod openapi;
mod outline;
mod overview;
mod pages;
mod presence;
mod reply;
mod restarting;
mod restarts;
mod route_input;
mod route_map;
mod said;
mod server;
mod shelf;
mod starts;
mod templates;
mod theme;
mod trials;
mod verdict;
mod view;
mod wire;
mod words;

pub use app::{App, HttpPolicy};
pub use endpoint::{Door, Endpoint, Needs, endpoints};
pub use reply::ReplyBody;
pub use server::{Server, ServerBuilder};
