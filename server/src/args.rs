//! The command line.

use lexopt::prelude::*;
use std::path::PathBuf;

pub const DEFAULT_PORT: u16 = 8787;

const HELP: &str = "\
Serves the tamis page on localhost, with the headers that let it use threads.

usage: tamis-server [FOLDER] [options]

  FOLDER           what to serve; `web` when left out
  --port PORT      0 for any free one; 8787 when left out, or a free one if that is taken
  --host HOST      address to listen on; 127.0.0.1 when left out
  --no-isolation   leave out the headers that allow shared memory, to see mode `workers`
  --verbose        one line per request on stderr
  --version, --help

It prints one line, `tamis: <address> (<mode>)`, and stops at Ctrl-C.
";

pub struct Args {
    pub folder: PathBuf,
    pub host: String,
    /// None when left out: then, and only then, another port will do as well.
    pub port: Option<u16>,
    pub isolation: bool,
    pub verbose: bool,
}

pub enum Request {
    Serve(Args),
    Say(&'static str),
}

pub fn from_command_line() -> Result<Request, String> {
    parse(lexopt::Parser::from_env())
}

fn parse(mut parser: lexopt::Parser) -> Result<Request, String> {
    let mut folder = None;
    let mut args = Args {
        folder: PathBuf::from("web"),
        host: "127.0.0.1".into(),
        port: None,
        isolation: true,
        verbose: false,
    };
    while let Some(arg) = parser.next().map_err(sentence)? {
        match arg {
            Long("help") | Short('h') => return Ok(Request::Say(HELP)),
            Long("version") => {
                return Ok(Request::Say(concat!("tamis-server ", env!("CARGO_PKG_VERSION"), "\n")));
            }
            Long("port") => args.port = Some(port(parser.value().map_err(sentence)?)?),
            Long("host") => {
                args.host = parser.value().and_then(|v| v.string()).map_err(sentence)?;
            }
            Long("no-isolation") => args.isolation = false,
            Long("verbose") => args.verbose = true,
            Value(path) if folder.is_none() => folder = Some(PathBuf::from(path)),
            other => return Err(sentence(other.unexpected())),
        }
    }
    if let Some(folder) = folder {
        args.folder = folder;
    }
    Ok(Request::Serve(args))
}

fn port(value: std::ffi::OsString) -> Result<u16, String> {
    let text = value.to_string_lossy();
    text.parse().map_err(|_| {
        format!("`--port {text}` is no port; give a number from 0 (any free one) to 65535.")
    })
}

fn sentence(error: lexopt::Error) -> String {
    format!("{error}; `tamis-server --help` lists what is understood.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_words(words: &[&str]) -> Result<Request, String> {
        parse(lexopt::Parser::from_args(words))
    }

    #[test]
    fn no_arguments_serve_web_on_loopback_isolated() {
        let Ok(Request::Serve(args)) = parse_words(&[]) else { panic!("not served") };
        assert_eq!(args.folder, PathBuf::from("web"));
        assert_eq!(args.host, "127.0.0.1");
        assert_eq!(args.port, None);
        assert!(args.isolation && !args.verbose);
    }

    #[test]
    fn every_option_is_taken() {
        let words = ["--port=0", "dir", "--host", "::1", "--no-isolation", "--verbose"];
        let Ok(Request::Serve(args)) = parse_words(&words) else { panic!("not served") };
        assert_eq!(args.folder, PathBuf::from("dir"));
        assert_eq!(args.host, "::1");
        assert_eq!(args.port, Some(0));
        assert!(!args.isolation && args.verbose);
    }

    #[test]
    fn bad_words_are_named_in_a_sentence() {
        for (words, part) in [
            (&["--port", "65536"][..], "65536"),
            (&["--port", "-1"], "-1"),
            (&["--port"], "--port"),
            (&["--prot", "1"], "--prot"),
            (&["a", "b"], "\"b\""),
        ] {
            let Err(reason) = parse_words(words) else { panic!("{words:?} was taken") };
            assert!(reason.contains(part) && reason.ends_with('.'), "{reason}");
        }
    }
}
