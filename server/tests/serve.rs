//! The running server, over real sockets. The client below speaks HTTP/1.0
//! byte for byte: one that tidies paths could not send the traversal attempts.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const SERVER: &str = env!("CARGO_BIN_EXE_tamis-server");
const PATIENCE: Duration = Duration::from_secs(10);

/// A folder of its own for each test, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join("web/app")).unwrap();
        fs::write(path.join("secret.txt"), "not served").unwrap();
        let folder = Self(path);
        folder.write("index.html", "<!doctype html><title>é</title>");
        folder.write("app/main.js", &"export const answer = 42;\n".repeat(100));
        folder
    }

    fn web(&self) -> PathBuf {
        self.0.join("web")
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.web().join(name), text).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

struct Server {
    child: Child,
    stdout: BufReader<std::process::ChildStdout>,
    first_line: String,
    address: String,
}

impl Server {
    /// Starts on a free port and reads the address line.
    fn start(folder: &Path, options: &[&str]) -> Self {
        let port = if options.contains(&"--port") { &[][..] } else { &["--port", "0"] };
        let mut child = Command::new(SERVER)
            .arg(folder)
            .args(port)
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut first_line = String::new();
        stdout.read_line(&mut first_line).unwrap();
        let address = first_line
            .strip_prefix("tamis: http://")
            .and_then(|rest| rest.split_once("/ ("))
            .unwrap_or_else(|| panic!("unparseable first line: {first_line:?}"))
            .0
            .to_owned();
        Self { child, stdout, first_line, address }
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.0\r\nHost: {}\r\n", self.address);
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += "\r\n";
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        Answer::parse(&bytes)
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Answer {
    status: u16,
    head: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").expect("a whole head");
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let (status_line, head) = head.split_once("\r\n").unwrap_or((head, ""));
        Self {
            status: status_line.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head
                .lines()
                .map(|line| line.split_once(": ").unwrap())
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect(),
            body: bytes[end + 4..].to_vec(),
        }
    }

    /// The header's value, "" when it is missing.
    fn header(&self, name: &str) -> &str {
        self.head.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

#[test]
fn address_line_is_parseable_and_names_the_mode() {
    let folder = Folder::new("address");
    let server = Server::start(&folder.web(), &[]);
    assert!(server.first_line.starts_with("tamis: http://127.0.0.1:"), "{}", server.first_line);
    assert!(server.first_line.ends_with("/ (threads)\n"), "{}", server.first_line);
    let server = Server::start(&folder.web(), &["--no-isolation"]);
    assert!(server.first_line.ends_with("/ (workers)\n"), "{}", server.first_line);
}

#[test]
fn page_carries_isolation_and_policy() {
    let folder = Folder::new("isolation");
    let server = Server::start(&folder.web(), &[]);
    for path in ["/", "/app/main.js", "/missing"] {
        let answer = server.get(path);
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-embedder-policy"), "require-corp", "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("cache-control"), "no-cache", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"));
        assert!(!policy.contains("'unsafe-inline'") && !policy.contains("'unsafe-eval'"));
    }
}

#[test]
fn no_isolation_leaves_out_those_three_alone() {
    let folder = Folder::new("no-isolation");
    let server = Server::start(&folder.web(), &["--no-isolation"]);
    let answer = server.get("/");
    assert_eq!(answer.status, 200);
    assert!(!answer.head.iter().any(|(name, _)| name.starts_with("cross-origin-")));
    assert!(answer.header("content-security-policy").contains("'wasm-unsafe-eval'"));
}

#[test]
fn media_types_are_what_browsers_insist_on() {
    let folder = Folder::new("types");
    let expected = [
        ("index.html", "text/html; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.mjs", "text/javascript; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.wasm", "application/wasm"),
        ("a.json", "application/json"),
        ("a.js.map", "application/json"),
        ("a.webmanifest", "application/manifest+json"),
        ("a.d.ts", "text/plain; charset=utf-8"),
        ("a.svg", "image/svg+xml"),
        ("a.png", "image/png"),
        ("a.csv", "text/csv; charset=utf-8"),
        ("a.unknown", "application/octet-stream"),
    ];
    for (name, _) in expected {
        folder.write(name, "x");
    }
    let server = Server::start(&folder.web(), &[]);
    for (name, media_type) in expected {
        assert_eq!(server.get(&format!("/{name}")).header("content-type"), media_type, "{name}");
    }
    assert_eq!(server.get("/").header("content-type"), "text/html; charset=utf-8");
}

#[test]
fn nothing_outside_the_folder_is_served() {
    let folder = Folder::new("traversal");
    let server = Server::start(&folder.web(), &[]);
    let absolute = folder.0.join("secret.txt");
    for path in [
        "/../secret.txt",
        "/app/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "/%252e%252e/secret.txt",
        &format!("/{}", absolute.display()),
        &format!("/%2f{}", absolute.display()),
        "/index.html%00.txt",
    ] {
        let answer = server.get(path);
        assert!((400..500).contains(&answer.status), "{path} answered {}", answer.status);
        assert!(!answer.text().contains("not served"), "{path} leaked");
    }
}

#[test]
fn missing_files_are_404_with_a_sentence() {
    let folder = Folder::new("missing");
    let server = Server::start(&folder.web(), &[]);
    let answer = server.get("/app/none.js");
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(answer.text(), "There is no /app/none.js in the folder served.\n");
    assert!(server.get("/dist/tamis.wasm").text().contains("`make web`"));
}

#[test]
fn other_methods_are_refused() {
    let folder = Folder::new("methods");
    let server = Server::start(&folder.web(), &[]);
    let answer = server.ask("POST", "/", &[("Content-Length", "0")]);
    assert_eq!(answer.status, 405);
    assert_eq!(answer.header("allow"), "GET,HEAD");
}

#[test]
fn head_is_get_without_the_body() {
    let folder = Folder::new("head");
    let server = Server::start(&folder.web(), &[]);
    let (head, get) = (server.ask("HEAD", "/app/main.js", &[]), server.get("/app/main.js"));
    assert_eq!((head.status, head.body.len()), (200, 0));
    for name in ["content-length", "content-type", "etag", "last-modified"] {
        assert!(!get.header(name).is_empty(), "{name} is missing");
        assert_eq!(head.header(name), get.header(name), "{name}");
    }
}

#[test]
fn ranges_are_answered_uncompressed() {
    let folder = Folder::new("ranges");
    let server = Server::start(&folder.web(), &[]);
    let range =
        |value| server.ask("GET", "/app/main.js", &[("Range", value), ("Accept-Encoding", "gzip")]);
    let answer = range("bytes=7-11");
    assert_eq!((answer.status, answer.text()), (206, "const"));
    assert_eq!(answer.header("content-range"), "bytes 7-11/2600");
    assert_eq!(answer.header("content-encoding"), "");
    assert_eq!(range("bytes=2600-").status, 416);
}

#[test]
fn text_and_wasm_are_compressed_as_asked() {
    let folder = Folder::new("compression");
    folder.write("a.wasm", &"wasm".repeat(1000));
    let server = Server::start(&folder.web(), &[]);
    for path in ["/app/main.js", "/a.wasm"] {
        let plain = server.get(path);
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        let ask = |accepted| server.ask("GET", path, &[("Accept-Encoding", accepted)]);

        let gzip = ask("gzip");
        assert_eq!(gzip.header("content-encoding"), "gzip", "{path}");
        let mut body = Vec::new();
        flate2::read::GzDecoder::new(&gzip.body[..]).read_to_end(&mut body).unwrap();
        assert_eq!(body, plain.body, "{path}");

        // What browsers send: brotli wins.
        let brotli = ask("gzip, deflate, br, zstd");
        assert_eq!(brotli.header("content-encoding"), "br", "{path}");
        let mut body = Vec::new();
        brotli_decompressor::Decompressor::new(&brotli.body[..], 4096)
            .read_to_end(&mut body)
            .unwrap();
        assert_eq!(body, plain.body, "{path}");

        for answer in [gzip, brotli] {
            assert!(answer.body.len() < plain.body.len() / 4, "{path}");
            assert_eq!(answer.header("vary"), "accept-encoding", "{path}");
            assert!(answer.header("etag").starts_with("W/"), "{path}");
            assert_eq!(answer.header("content-type"), plain.header("content-type"), "{path}");
        }
    }
}

#[test]
fn unchanged_file_costs_a_304_and_a_changed_one_is_sent() {
    let folder = Folder::new("etag");
    let server = Server::start(&folder.web(), &[]);
    for encoding in ["identity", "br"] {
        let first = server.ask("GET", "/app/main.js", &[("Accept-Encoding", encoding)]);
        let etag = first.header("etag").to_owned();
        let conditions = [("Accept-Encoding", encoding), ("If-None-Match", etag.as_str())];
        let again = server.ask("GET", "/app/main.js", &conditions);
        assert_eq!((again.status, again.body.len()), (304, 0), "{encoding}");
        assert_eq!(again.header("cross-origin-embedder-policy"), "require-corp");

        folder.write("app/main.js", &format!("// {encoding}\n"));
        let changed = server.ask("GET", "/app/main.js", &conditions);
        assert_eq!(changed.status, 200, "{encoding}");
        folder.write("app/main.js", &"export const answer = 43;\n".repeat(100));
    }
}

#[test]
fn port_that_was_asked_for_and_is_taken_is_an_error() {
    let folder = Folder::new("taken");
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = holder.local_addr().unwrap().port().to_string();
    let output = Command::new(SERVER).arg(folder.web()).args(["--port", &port]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let reason = String::from_utf8(output.stderr).unwrap();
    assert!(reason.contains(&format!("port {port} is taken")), "{reason}");
}

#[test]
fn default_port_gives_way_when_taken() {
    let folder = Folder::new("default-port");
    // Whoever holds 8787, this test or another program, it is taken now.
    let _holder = TcpListener::bind("127.0.0.1:8787");
    let mut child = Command::new(SERVER)
        .arg(folder.web())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    child.kill().unwrap();
    let stderr = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
    assert!(line.starts_with("tamis: http://127.0.0.1:") && !line.contains(":8787"), "{line}");
    assert!(stderr.contains("port 8787 is taken"), "{stderr}");
}

#[test]
fn bad_folders_and_words_end_with_a_sentence() {
    let folder = Folder::new("bad-folder");
    let file = folder.web().join("index.html");
    for (words, part) in [
        (vec!["/nowhere/at/all"], "there is no folder /nowhere/at/all"),
        (vec![file.to_str().unwrap()], "is a file"),
        (vec!["--prot"], "--help"),
        (vec![folder.0.to_str().unwrap(), "--host", "256.1.1.1", "--port", "0"], "256.1.1.1"),
    ] {
        let output = Command::new(SERVER).args(&words).output().unwrap();
        let reason = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        assert!(reason.contains(part) && reason.trim_end().ends_with('.'), "{reason}");
    }
}

#[test]
fn page_that_was_never_built_is_served_with_a_hint() {
    let folder = Folder::new("unbuilt");
    fs::create_dir(folder.web().join("lib")).unwrap();
    let mut server = Server::start(&folder.web(), &[]);
    assert_eq!(server.get("/").status, 200);
    let mut hint = String::new();
    server.stdout.read_line(&mut hint).unwrap();
    assert!(hint.starts_with("hint: ") && hint.contains("`make web`"), "{hint}");
}

#[cfg(unix)]
#[test]
fn signals_end_it_quietly_even_with_a_connection_open() {
    let folder = Folder::new("signals");
    for name in ["-INT", "-TERM"] {
        let mut server = Server::start(&folder.web(), &[]);
        let _idle = TcpStream::connect(&server.address).unwrap();
        assert_eq!(server.get("/").status, 200);
        server.signal(name);
        assert_eq!(server.child.wait().unwrap().code(), Some(0), "{name}");
        let mut rest = String::new();
        server.stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "", "{name}: nothing is printed after the address");
    }
}

#[cfg(unix)]
#[test]
fn verbose_logs_a_line_per_request() {
    let folder = Folder::new("verbose");
    let mut server = Server::start(&folder.web(), &["--verbose"]);
    server.get("/app/main.js");
    server.get("/none?x=1");
    server.signal("-TERM");
    server.child.wait().unwrap();
    let mut log = String::new();
    server.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert_eq!(log, "GET /app/main.js 200\nGET /none?x=1 404\n");
}
