//! The program from outside: its answers, the site it serves, and the process itself.

mod cli {
    pub(crate) mod documents;

    mod answers;
    mod process;
    mod site;
}
