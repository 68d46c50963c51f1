//! `tamis-server`: what `make serve` runs. It serves a folder on localhost with
//! the headers a page needs before a browser lets it share memory between
//! threads. See `headers.rs` for those, `routes.rs` for what is answered.

mod args;
mod headers;
mod routes;

use args::{Args, DEFAULT_PORT};
use std::future::Future;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// How long open requests may go on after Ctrl-C.
const GRACE: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let outcome = match args::from_command_line() {
        Ok(args::Request::Say(text)) => {
            say(text);
            Ok(())
        }
        Ok(args::Request::Serve(args)) => run(&args),
        Err(reason) => Err(reason),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("tamis-server: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), String> {
    check_folder(&args.folder)?;
    let listener = listen(args)?;
    let address = listener
        .local_addr()
        .map_err(|e| format!("the system does not tell which port it gave us: {e}."))?;
    let app = routes::router(&args.folder, args.isolation, args.verbose);

    // One thread: files are small, and the cores belong to the page we serve.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| format!("the event loop does not start: {e}."))?;
    runtime.block_on(async {
        // Signals are caught before the address is printed, so that whoever
        // waits for that line may stop us at once.
        let stop = stop_signal().map_err(|e| format!("Ctrl-C can not be caught: {e}."))?;
        let give_up = stop_signal().map_err(|e| format!("Ctrl-C can not be caught: {e}."))?;
        let listener = tokio::net::TcpListener::from_std(listener)
            .map_err(|e| format!("{address} can not be listened on: {e}."))?;
        announce(args, address);
        tokio::select! {
            served = async { axum::serve(listener, app).with_graceful_shutdown(stop).await } => {
                served.map_err(|e| format!("serving stopped: {e}."))
            }
            () = async { give_up.await; tokio::time::sleep(GRACE).await } => Ok(()),
        }
    })
}

fn check_folder(folder: &Path) -> Result<(), String> {
    let shown = folder.display();
    match folder.metadata() {
        Ok(meta) if meta.is_dir() => Ok(()),
        Ok(_) => {
            Err(format!("{shown} is a file; name the folder to serve, as in `tamis-server web`."))
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => Err(format!(
            "there is no folder {shown} here; run this from the project's root, \
             or name the folder to serve, as in `tamis-server path/to/web`."
        )),
        Err(e) => Err(format!("the folder {shown} can not be read: {e}.")),
    }
}

/// Binds the address asked for. The default port may give way to a free one,
/// a port that was asked for may not: someone relies on it.
fn listen(args: &Args) -> Result<TcpListener, String> {
    let host = args.host.as_str();
    let port = args.port.unwrap_or(DEFAULT_PORT);
    let listener = match TcpListener::bind((host, port)) {
        Err(e) if e.kind() == io::ErrorKind::AddrInUse && args.port.is_none() => {
            eprintln!("tamis-server: port {DEFAULT_PORT} is taken, so a free one is used.");
            TcpListener::bind((host, 0))
        }
        outcome => outcome,
    };
    let listener = listener.map_err(|e| match e.kind() {
        io::ErrorKind::AddrInUse => {
            format!("port {port} is taken; choose another, or `--port 0` for any free one.")
        }
        io::ErrorKind::PermissionDenied => {
            format!("port {port} needs more rights than we have; choose one above 1023.")
        }
        _ => format!("{host} port {port} can not be listened on: {e}."),
    })?;
    listener
        .set_nonblocking(true)
        .map_err(|e| format!("the socket can not be made non-blocking: {e}."))?;
    Ok(listener)
}

/// Prints the one line that others parse, then hints for a person.
fn announce(args: &Args, address: SocketAddr) {
    let everywhere = address.ip().is_unspecified();
    let mut shown = address;
    if everywhere {
        // 0.0.0.0 is no address to open; this machine is reached by loopback.
        shown.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    // Browsers share memory in secure contexts only. Plain HTTP is one on
    // loopback and nowhere else.
    let threads = args.isolation && shown.ip().is_loopback();
    let mode = if threads { "threads" } else { "workers" };
    say(&format!("tamis: http://{shown}/ ({mode})\n"));

    if everywhere || !shown.ip().is_loopback() {
        say("hint: a page opened from another machine gets no shared memory over plain HTTP, \
             so it runs in mode workers there.\n");
    }
    if routes::lacks_build(&args.folder) {
        say(&format!(
            "hint: {} has no dist/ yet, so the page has nothing to compute with; `make web` builds it.\n",
            args.folder.display()
        ));
    }
}

/// Writes to stdout at once. A reader that went away is no reason to stop serving.
fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Resolves at Ctrl-C or SIGTERM. The handlers stand as soon as this returns.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Resolves at Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
