//! The end of a connection that has sent more than was read of it, such as a body that is too large. Were it closed at
//! once, the system would send a reset, and a client that is still sending would hear that instead of the answer.

use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// How long a client may be silent.
const SILENCE: Duration = Duration::from_secs(2);

/// How long it may go on sending.
const PATIENCE: Duration = Duration::from_secs(30);

/// Reads, and throws away, until the client has heard that nothing more is wanted and closes. All is written, and that it
/// was the last is said.
pub(super) async fn linger(mut stream: TcpStream) {
    let reading = async {
        let mut thrown_away = vec![0; 16 * 1024];
        while let Ok(Ok(1..)) = tokio::time::timeout(SILENCE, stream.read(&mut thrown_away)).await {}
    };
    // Whoever is not done then is cut off.
    let _ = tokio::time::timeout(PATIENCE, reading).await;
}
