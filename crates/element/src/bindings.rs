//! The element as JavaScript sees it: one handle per element, held by the class that extends `HTMLElement`.

mod app;
mod convert;
mod effect;
mod error;
mod handle;
mod keyed;
mod upload;
mod wire;

pub use handle::DocentElement;
