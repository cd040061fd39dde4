//! A client of HTTP that keeps its connection: no more than the fake's answers need.

use std::io::{BufRead as _, BufReader, Error, Read as _, Result, Write as _};
use std::net::{SocketAddr, TcpStream};

/// A connection to a server.
#[derive(Debug)]
pub(crate) struct Client(BufReader<TcpStream>);

impl Client {
    /// Connects to a server.
    pub(crate) fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// The body of the answer to a GET.
    pub(crate) fn get(&mut self, path: &str) -> Result<String> {
        self.call("GET", path, "")
    }

    /// The body of the answer to a POST.
    pub(crate) fn post(&mut self, path: &str, body: &str) -> Result<String> {
        self.call("POST", path, body)
    }

    /// The body of the answer to a call; any status but 200 is an error.
    pub(crate) fn call(&mut self, method: &str, path: &str, body: &str) -> Result<String> {
        let head =
            format!("{method} {path} HTTP/1.1\r\nhost: fake\r\ncontent-length: {}\r\n\r\n", body.len());
        self.0.get_mut().write_all(format!("{head}{body}").as_bytes())?;
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        let good = line.starts_with("HTTP/1.1 200");
        let mut length = 0;
        loop {
            let mut header = String::new();
            self.0.read_line(&mut header)?;
            match header.trim_end().split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.parse().map_err(Error::other)?;
                }
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        let body = String::from_utf8(body).map_err(Error::other)?;
        if good { Ok(body) } else { Err(Error::other(format!("{method} {path}: {line}{body}"))) }
    }
}
