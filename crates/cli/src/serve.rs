//! `docent serve`: puts the parts together, says what it serves, and stops in order.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, anyhow};
use docent_agent::{ModelClient, ModelHandler, ModelSettings};
use docent_retrieval::{Search, SearchIndex};
use docent_server::{Authenticator, ChatHandler, ChatServer, DevelopmentAuthenticator};
use tokio::net::TcpListener;

use crate::answer::{DocumentsHandler, DocumentsKnowledge};
use crate::config::{Answers, ServeOptions};
use crate::identity::JwtAuthenticator;
use crate::{database, documents, site, summary};

/// Serves until SIGINT or SIGTERM.
pub fn serve(options: ServeOptions) -> anyhow::Result<()> {
    let answers = options.answers(std::env::var("OPENAI_API_KEY").ok())?;
    options.validate(&answers)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(options, answers))
}

async fn run(options: ServeOptions, answers: Answers) -> anyhow::Result<()> {
    // Bound first: a busy port is found before documents are read. Callers wait until the server is ready.
    let listener = TcpListener::bind(options.addr).await.map_err(|error| cannot_listen(&options, &error))?;
    let address = listener.local_addr()?;
    let store = database::open(&options).await?;
    let start = Instant::now();
    let sources = options.sources();
    let index = match sources.is_empty() {
        true => None,
        false => Some(Arc::new(tokio::task::spawn_blocking(move || documents::load(&sources)).await??)),
    };
    let elapsed = start.elapsed();

    let mut builder = ChatServer::builder()
        .shared_store(store)
        .shared_handler(handler(&answers, index.clone())?)
        .shared_authenticator(authenticator(&options, address))
        .requests_per_minute(options.requests_per_minute)
        .runs_per_user(options.runs_per_user);
    for origin in &options.allow_origin {
        builder = builder.allow_origin(origin.trim_end_matches('/'));
    }
    let server = builder.build().context("the server cannot be built")?;
    let router = match &options.site {
        Some(folder) => {
            let site = site(folder, site::database_file(&options.database_url).as_deref())?;
            Some(server.router().fallback_service(site))
        }
        None => None,
    };
    // The signals are caught before readiness is announced: from then on a stop is always orderly.
    let shutdown = shutdown_signal()?;
    summary::print(&options, &answers, index.as_deref(), address, elapsed)?;
    match router {
        Some(router) => server.serve_router(router, listener, shutdown).await,
        None => server.serve(listener, shutdown).await,
    }
    .context("the server stopped")?;
    tracing::info!("stopped");
    Ok(())
}

fn handler(answers: &Answers, index: Option<Arc<SearchIndex>>) -> anyhow::Result<Arc<dyn ChatHandler>> {
    match (answers, index) {
        (Answers::Documents, Some(index)) => Ok(Arc::new(DocumentsHandler::new(index))),
        (Answers::Documents, None) => Err(crate::ConfigError::NothingToAnswerFrom.into()),
        (Answers::Model { url, model, key }, index) => {
            let settings = ModelSettings::new(url, model, key.clone());
            let client = ModelClient::new(settings).context("the model's client cannot be built")?;
            let knowledge = DocumentsKnowledge::new(index.map(|index| index as Arc<dyn Search>));
            Ok(Arc::new(ModelHandler::new(client, Arc::new(knowledge))))
        }
    }
}

fn authenticator(options: &ServeOptions, address: std::net::SocketAddr) -> Arc<dyn Authenticator> {
    match &options.jwt_secret {
        Some(secret) => Arc::new(JwtAuthenticator::new(secret.as_bytes(), options.jwt_audience.as_deref())),
        None => Arc::new(DevelopmentAuthenticator::new(address)),
    }
}

fn cannot_listen(options: &ServeOptions, error: &std::io::Error) -> anyhow::Error {
    let address = options.addr;
    match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow!(
            "port {} is in use: stop the program that uses it, or take another with --addr {}:{}",
            address.port(),
            address.ip(),
            address.port().wrapping_add(1).max(1024)
        ),
        std::io::ErrorKind::PermissionDenied => {
            anyhow!(
                "port {} is reserved: take one above 1023, such as --addr {}:8787",
                address.port(),
                address.ip()
            )
        }
        _ => anyhow!("cannot listen on {address} ({error}): check --addr"),
    }
}

/// Completes at the first SIGINT or SIGTERM; a second one ends the program at once.
fn shutdown_signal() -> anyhow::Result<impl Future<Output = ()> + Send> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::info!("stopping; answers under way may finish");
            tokio::spawn(async move {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                std::process::exit(130);
            });
        })
    }
    #[cfg(not(unix))]
    {
        Ok(async {
            if let Err(error) = tokio::signal::ctrl_c().await {
                tracing::error!(%error, "cannot wait for Ctrl-C");
                std::future::pending::<()>().await;
            }
        })
    }
}
