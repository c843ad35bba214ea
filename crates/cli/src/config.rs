//! What can be configured, by flags and by the environment, and which settings contradict each other.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use docent_retrieval::Source;

const EXAMPLES: &str = "Examples:
  docent serve --site build                      Serve a built site and answer from its pages
  docent serve --docs docs=https://example.com/docs --allow-origin https://example.com
                                                 Answer from Markdown for a site that is served elsewhere
  DOCENT_MODEL=gpt-4o-mini OPENAI_API_KEY=... docent serve --site build
                                                 Let a model write the answers, from the same passages
  docent search --docs docs \"How do I deploy?\"   See which passages answer a question";

/// A ChatKit server that answers from a site's own documents.
#[derive(Debug, Parser)]
#[command(name = "docent", version, after_help = EXAMPLES, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What `docent` does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the ChatKit endpoint at POST /chatkit, and the site itself if --site is given
    #[command(after_help = EXAMPLES)]
    Serve(ServeOptions),
    /// Show which passages of the documents answer a question
    Search(SearchOptions),
}

/// The settings of `docent serve`.
#[derive(Debug, Clone, Args)]
pub struct ServeOptions {
    /// Address and port to listen on; port 0 picks a free one
    #[arg(long, env = "DOCENT_ADDR", default_value = "127.0.0.1:8787", value_name = "ADDR:PORT", value_parser = address)]
    pub addr: SocketAddr,

    /// Where conversations are kept: sqlite://FILE, or postgres://USER:PASSWORD@HOST/DATABASE for several servers;
    /// sqlite::memory: keeps them until the program ends
    #[arg(long, env = "DOCENT_DATABASE_URL", default_value = "sqlite://docent.db", value_name = "URL")]
    pub database_url: String,

    /// Schema of a Postgres database that holds the tables; made if it is missing
    #[arg(long, env = "DOCENT_DATABASE_SCHEMA", default_value = "docent", value_name = "NAME")]
    pub database_schema: String,

    /// File or folder of Markdown or built HTML to answer from, with the address it is served at; can be repeated
    /// [default: the folder of --site]
    #[arg(long, env = "DOCENT_DOCS", value_name = "PATH[=BASE_URL]", value_delimiter = ',')]
    pub docs: Vec<Source>,

    /// Folder of static files to serve on the same address
    #[arg(long, env = "DOCENT_SITE", value_name = "DIR")]
    pub site: Option<PathBuf>,

    /// Origin of a site served elsewhere whose pages may call, such as `https://example.com`; can be repeated
    #[arg(long, env = "DOCENT_ALLOW_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    pub allow_origin: Vec<String>,

    /// OpenAI-compatible API that writes the answers, such as `http://localhost:11434/v1`
    #[arg(long, env = "DOCENT_MODEL_URL", value_name = "URL")]
    pub model_url: Option<String>,

    /// Name of the model; its key is read from the environment variable OPENAI_API_KEY only
    #[arg(long, env = "DOCENT_MODEL", value_name = "NAME")]
    pub model: Option<String>,

    /// Secret that signs the tokens of your users (HS256), at least 32 bytes; better given by the environment
    #[arg(long, env = "DOCENT_JWT_SECRET", value_name = "SECRET", hide_env_values = true)]
    pub jwt_secret: Option<String>,

    /// Audience that tokens must name, if you use one
    #[arg(long, env = "DOCENT_JWT_AUDIENCE", value_name = "NAME")]
    pub jwt_audience: Option<String>,

    /// Requests that one user may send in a minute; more are refused with 429. 0 is any number
    #[arg(long, env = "DOCENT_REQUESTS_PER_MINUTE", default_value_t = 0, value_name = "NUMBER")]
    pub requests_per_minute: u32,

    /// Answers that one user may wait for at once; more are refused with 429. 0 is any number
    #[arg(long, env = "DOCENT_RUNS_PER_USER", default_value_t = 16, value_name = "NUMBER")]
    pub runs_per_user: usize,
}

/// The settings of `docent search`.
#[derive(Debug, Clone, Args)]
pub struct SearchOptions {
    /// File or folder of Markdown or built HTML; can be repeated
    #[arg(long, env = "DOCENT_DOCS", value_name = "PATH[=BASE_URL]", value_delimiter = ',', required = true)]
    pub docs: Vec<Source>,

    /// The path of the page a reader is on
    #[arg(long, value_name = "PATH")]
    pub page: Option<String>,

    /// The passage a reader selected
    #[arg(long, value_name = "TEXT")]
    pub selection: Option<String>,

    /// How many passages to show
    #[arg(long, default_value_t = 5, value_name = "NUMBER")]
    pub limit: usize,

    /// The question
    #[arg(required = true, num_args = 1.., trailing_var_arg = true)]
    pub question: Vec<String>,
}

/// Who writes the answers.
#[derive(Clone, PartialEq, Eq)]
pub enum Answers {
    /// The documents alone: passages quoted and cited.
    Documents,
    /// A model, from the passages of the documents.
    Model {
        /// The API's base URL, without a trailing slash.
        url: String,
        /// The model's name.
        model: String,
        /// The API's key, if it needs one.
        key: Option<String>,
    },
}

// By hand, so that a key never stands in a log line.
impl std::fmt::Debug for Answers {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Documents => formatter.write_str("Documents"),
            Self::Model { url, model, key } => formatter
                .debug_struct("Model")
                .field("url", url)
                .field("model", model)
                .field("has_key", &key.is_some())
                .finish(),
        }
    }
}

/// Settings that cannot be used together. Every message says what to do.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    /// There is nothing to answer from.
    #[error(
        "there is nothing to answer from: name your documents with --docs PATH, your built site with --site DIR, \
         or a model with DOCENT_MODEL"
    )]
    NothingToAnswerFrom,
    /// A model's address without its name.
    #[error(
        "DOCENT_MODEL_URL is set but DOCENT_MODEL is not: name the model to use (--model NAME), or unset \
         DOCENT_MODEL_URL to answer from the documents alone"
    )]
    NoModelName,
    /// A model's name without an address, and no key for the address that would be used.
    #[error(
        "DOCENT_MODEL is set but neither DOCENT_MODEL_URL nor OPENAI_API_KEY is: give the address of your \
         OpenAI-compatible API (--model-url http://localhost:11434/v1), or the key for api.openai.com"
    )]
    NoModelAddress,
    /// The model's address is not a web address.
    #[error("the model's address `{0}` cannot be used: write it as http://host:port/v1 or https://host/v1")]
    BadModelUrl(String),
    /// Other machines could call and nobody could be recognised.
    #[error(
        "{0} can be reached from other machines, and nothing tells who a caller is: set DOCENT_JWT_SECRET so that \
         users bring a signed token, or listen on 127.0.0.1 (--addr 127.0.0.1:8787) for yourself alone"
    )]
    NobodyCanBeIdentified(SocketAddr),
    /// Any page could be any user.
    #[error(
        "--allow-origin * without DOCENT_JWT_SECRET would let every page that is opened on this machine read and write in \
         anybody's name: name the origins of your site (--allow-origin http://localhost:3000), or set DOCENT_JWT_SECRET"
    )]
    AnybodyFromAnywhere,
    /// A secret that can be guessed.
    #[error("DOCENT_JWT_SECRET is shorter than 32 bytes and could be guessed: use `openssl rand -base64 48`")]
    ShortSecret,
}

impl ServeOptions {
    /// Where documents come from: what was named, else the site.
    pub fn sources(&self) -> Vec<Source> {
        match &self.site {
            Some(site) if self.docs.is_empty() => {
                vec![Source { path: site.clone(), base_url: String::new() }]
            }
            _ => self.docs.clone(),
        }
    }

    /// Who writes the answers. `key` is the value of `OPENAI_API_KEY`.
    ///
    /// A key alone changes nothing: it is set on many machines, and must not send documents to a model by itself.
    pub fn answers(&self, key: Option<String>) -> Result<Answers, ConfigError> {
        let filled = |value: &Option<String>| {
            value.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let key = filled(&key);
        match (filled(&self.model_url), filled(&self.model)) {
            (None, None) => Ok(Answers::Documents),
            (Some(_), None) => Err(ConfigError::NoModelName),
            (None, Some(_)) if key.is_none() => Err(ConfigError::NoModelAddress),
            (url, Some(model)) => {
                let url = url.unwrap_or_else(|| "https://api.openai.com/v1".to_owned());
                let has_host = ["http://", "https://"].iter().any(|scheme| {
                    url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
                });
                if !has_host || url.contains(char::is_whitespace) || url.contains(['?', '#']) {
                    return Err(ConfigError::BadModelUrl(url));
                }
                let url = url.trim_end_matches('/');
                let url = url.strip_suffix("/chat/completions").unwrap_or(url).to_owned();
                Ok(Answers::Model { url, model, key })
            }
        }
    }

    /// Checks what does not need the outside world.
    pub fn validate(&self, answers: &Answers) -> Result<(), ConfigError> {
        if self.sources().is_empty() && *answers == Answers::Documents {
            return Err(ConfigError::NothingToAnswerFrom);
        }
        match &self.jwt_secret {
            Some(secret) if secret.len() < 32 => Err(ConfigError::ShortSecret),
            None if !self.addr.ip().to_canonical().is_loopback() => {
                Err(ConfigError::NobodyCanBeIdentified(self.addr))
            }
            None if self.allow_origin.iter().any(|origin| origin.trim() == "*") => {
                Err(ConfigError::AnybodyFromAnywhere)
            }
            _ => Ok(()),
        }
    }
}

/// `127.0.0.1:8787`, `[::1]:8787`, `localhost:8787`, or a port alone, which means loopback.
fn address(text: &str) -> Result<SocketAddr, String> {
    let text = text.trim();
    let port = text.strip_prefix("localhost:").or_else(|| text.strip_prefix(':')).unwrap_or(text);
    if let Ok(port) = port.parse::<u16>() {
        return Ok(SocketAddr::from(([127, 0, 0, 1], port)));
    }
    text.parse().map_err(|_| "write an address and a port, such as 127.0.0.1:8787".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serve(arguments: &[&str]) -> ServeOptions {
        let arguments = ["docent", "serve"].iter().chain(arguments);
        match Cli::try_parse_from(arguments).expect("valid arguments").command {
            Command::Serve(options) => options,
            Command::Search(_) => unreachable!("serve was asked for"),
        }
    }

    #[test]
    fn the_definition_of_the_flags_holds_together() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn a_site_is_its_own_documents_unless_others_are_named() {
        let options = serve(&["--site", "build"]);
        assert_eq!(options.sources()[0].path, PathBuf::from("build"));
        let options = serve(&["--site", "build", "--docs", "docs=/docs", "--docs", "api"]);
        assert_eq!(options.sources().len(), 2);
        assert_eq!(options.sources()[0].base_url, "/docs");
        assert!(Cli::try_parse_from(["docent", "serve", "--docs", "docs=ftp://x"]).is_err());
    }

    #[test]
    fn a_model_needs_its_name_and_somewhere_to_ask() {
        let key = || Some("k".to_owned());
        assert_eq!(serve(&["--docs", "d"]).answers(key()), Ok(Answers::Documents));
        assert_eq!(serve(&["--model-url", "http://h/v1"]).answers(None), Err(ConfigError::NoModelName));
        assert_eq!(serve(&["--model", "m"]).answers(None), Err(ConfigError::NoModelAddress));
        let answers = serve(&["--model", "m"]).answers(key()).expect("openai");
        assert!(matches!(&answers, Answers::Model { url, .. } if url == "https://api.openai.com/v1"));
        assert!(!format!("{answers:?}").contains("\"k\""));
        let answers = serve(&["--model", "m", "--model-url", "http://h/v1/chat/completions/"]).answers(None);
        assert!(matches!(&answers, Ok(Answers::Model { url, key: None, .. }) if url == "http://h/v1"));
        assert!(matches!(
            serve(&["--model", "m", "--model-url", "h:80"]).answers(None),
            Err(ConfigError::BadModelUrl(_))
        ));
    }

    #[test]
    fn nothing_to_answer_from_and_nobody_to_identify_are_refused() {
        let validate = |arguments: &[&str]| serve(arguments).validate(&Answers::Documents);
        assert_eq!(validate(&[]), Err(ConfigError::NothingToAnswerFrom));
        assert_eq!(validate(&["--docs", "d"]), Ok(()));
        let open = ["--docs", "d", "--addr", "0.0.0.0:80"];
        assert!(matches!(validate(&open), Err(ConfigError::NobodyCanBeIdentified(_))));
        let secret = "x".repeat(32);
        assert_eq!(validate(&[&open[..], &["--jwt-secret", &secret]].concat()), Ok(()));
        let anywhere = ["--docs", "d", "--allow-origin", "https://a.example,*"];
        assert_eq!(validate(&anywhere), Err(ConfigError::AnybodyFromAnywhere));
        assert_eq!(validate(&[&anywhere[..], &["--jwt-secret", &secret]].concat()), Ok(()));
        assert_eq!(validate(&["--docs", "d", "--allow-origin", "http://localhost:3000"]), Ok(()));
        assert_eq!(validate(&["--docs", "d", "--jwt-secret", "short"]), Err(ConfigError::ShortSecret));
    }

    #[test]
    fn a_port_alone_listens_on_loopback() {
        assert_eq!(address("9000"), Ok(SocketAddr::from(([127, 0, 0, 1], 9000))));
        assert_eq!(address("localhost:9000"), address(":9000"));
        assert!(address("[::1]:9000").is_ok());
        assert!(address("example.com:80").is_err());
    }
}
