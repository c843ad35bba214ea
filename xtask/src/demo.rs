//! `demo`: builds the package, the binary and the site, and serves them on one address until Ctrl-C.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::process::Command;

use crate::build_wasm;
use crate::console;
use crate::failure::{Failure, Outcome};
use crate::process::{self, Running};
use crate::project::Project;

/// Where the demo listens unless `DOCENT_ADDR` says otherwise.
const ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8787);

/// How many ports after the usual one are tried when it is busy.
const TRIES: u16 = 20;

/// Builds everything and becomes the server.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Outcome {
    if let Some(unknown) = arguments.first() {
        return Err(Failure::new(format!("demo takes no arguments, got `{unknown}`"))
            .advise("set DOCENT_ADDR to choose the address, e.g. DOCENT_ADDR=127.0.0.1:9000"));
    }
    // Before the builds: whoever asked for an address that is taken shall not wait for the answer.
    let address = address(std::env::var("DOCENT_ADDR").ok().as_deref(), ADDRESS)?;
    build_wasm::run(project, &[])?;
    console::line("building the binary and the site");
    binary(project)?;
    site(project)?;

    let mut server = process::command(project, project.binary());
    server.args(["serve", "--addr", &address.to_string(), "--site", "demo/dist", "--docs", "demo/dist"]);
    server.args(["--database-url", "sqlite://target/demo.db"]);
    // The server itself says the address, in its last line, when it is ready.
    console::line("serving demo/dist; Ctrl-C ends it\n");
    become_process(server)
}

/// Builds the binary `docent`.
pub(crate) fn binary(project: &Project) -> Outcome {
    let mut cargo = process::command(project, "cargo");
    cargo.args(["build", "--package", "docent-cli"]);
    Running::start(project, "build-cli", cargo)?.wait().map(drop)
}

/// Builds the demo site into `demo/dist`.
pub(crate) fn site(project: &Project) -> Outcome {
    let mut node = process::command(project, "node");
    node.arg("demo/build.mjs");
    Running::start(project, "build-demo", node)?.wait().map(drop)
}

/// The address to listen on: what was asked for, or the first free one from the usual port on.
fn address(asked: Option<&str>, usual: SocketAddr) -> Outcome<SocketAddr> {
    if let Some(asked) = asked.filter(|asked| !asked.is_empty()) {
        let address: SocketAddr = asked.parse().map_err(|_| {
            Failure::new(format!("DOCENT_ADDR is `{asked}`, which is not an address"))
                .advise("write it as 127.0.0.1:8787")
        })?;
        return match TcpListener::bind(address) {
            Ok(_) => Ok(address),
            Err(error) => Err(Failure::new(format!("cannot listen on {address} (DOCENT_ADDR): {error}"))
                .advise("choose another port, or end the program that has this one")),
        };
    }
    for port in usual.port()..=usual.port().saturating_add(TRIES) {
        let address = SocketAddr::new(usual.ip(), port);
        match TcpListener::bind(address) {
            Ok(_) => {
                if port != usual.port() {
                    console::line(&format!("port {} is busy, taking {port}", usual.port()));
                }
                return Ok(address);
            }
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => return Err(Failure::new(format!("cannot listen on {address}: {error}"))),
        }
    }
    Err(Failure::new(format!(
        "the ports {} to {} are all busy",
        usual.port(),
        usual.port().saturating_add(TRIES)
    ))
    .advise("set DOCENT_ADDR to an address with a free port"))
}

/// Replaces this process by the server, so that Ctrl-C and the exit status are the server's own.
#[cfg(unix)]
fn become_process(mut server: Command) -> Outcome {
    use std::os::unix::process::CommandExt;
    let error = server.exec();
    Err(Failure::new(format!("cannot start `{}`: {error}", process::shown(&server))))
}

/// Runs the server until it ends.
#[cfg(not(unix))]
fn become_process(mut server: Command) -> Outcome {
    match server.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::new(format!("the server ended with {status}"))),
        Err(error) => Err(Failure::new(format!("cannot start `{}`: {error}", process::shown(&server)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A listener on a port the system chose, and its address.
    fn taken() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        (listener, address)
    }

    #[test]
    fn a_busy_port_gives_way_to_a_later_one() {
        let (_listener, usual) = taken();
        let found = address(None, usual).unwrap();
        assert!(found.port() > usual.port(), "{found}");
    }

    #[test]
    fn an_address_that_was_asked_for_is_taken_or_refused_never_exchanged() {
        let (listener, usual) = taken();
        let failure = address(Some(&usual.to_string()), ADDRESS).unwrap_err().to_string();
        assert!(failure.contains("DOCENT_ADDR"), "{failure}");
        drop(listener);
        assert_eq!(address(Some(&usual.to_string()), ADDRESS).unwrap(), usual);
    }

    #[test]
    fn an_address_that_is_none_is_refused_with_an_example() {
        let failure = address(Some("localhost"), ADDRESS).unwrap_err().to_string();
        assert!(failure.contains("127.0.0.1:8787"), "{failure}");
    }
}
