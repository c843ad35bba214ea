//! A model's answer as a client of ChatKit sees it, from a scripted server that can be as bad as real ones.

mod model {
    pub(crate) mod chat;
    pub(crate) mod upstream;

    mod failures;
    mod near_compatible;
    mod normal;
}
