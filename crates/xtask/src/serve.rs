//! `serve`: builds the playground, serves it on this machine and builds it again when a file changes.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener, TcpStream};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::Verb;
use crate::args::{Flag, Flags};
use crate::build::for_the_site;
use crate::progress::{Steps, seconds};
use crate::setup::{self, Toolbox};

pub(crate) const VERB: Verb = Verb {
    name: "serve",
    help: "Serve the playground on this machine; builds again when a file changes.\n\
           --port N   at this port instead of 8080\n\
           --release  as it is published: optimised, with its first view drawn in advance",
    run: serve,
};

/// Announces the address. A program of its own, because Trunk takes the place of this one.
pub(crate) const ANNOUNCE: Verb = Verb { name: "announce", help: "", run: announce };

fn serve(args: &[String]) -> Result<()> {
    let flags = Flags::parse(args, &[Flag::Value("--port"), Flag::Switch("--release")])?;
    let port: u16 = match flags.value("--port") {
        Some(port) => port.parse().with_context(|| format!("`{port}` is not a port"))?,
        None => 8080,
    };
    if TcpListener::bind(address(port)).is_err() {
        bail!("port {port} is in use; choose another one: cargo xtask serve --port {}", port ^ 1);
    }
    let mut steps = Steps::new(setup::STEPS + 1);
    let tools = Toolbox::prepare(&mut steps)?;
    steps.next("Build and serve");

    let this = std::env::current_exe().context("cannot find the path of xtask")?;
    Command::new(this)
        .args(["announce", &port.to_string(), &steps.elapsed().as_millis().to_string()])
        .spawn()
        .context("cannot watch for the server")?;
    let mut trunk = tools.command("trunk");
    trunk.args(["serve", "--port", &port.to_string()]);
    if flags.has("--release") {
        for_the_site(trunk.args(["--release", "--dist", "target/site-release"]));
    } else {
        trunk.args(["--cargo-profile", "wasm-dev", "--dist", "target/site"]);
    }
    become_program(&mut trunk)
}

/// Puts `command` in the place of this process, so that whoever ends this one ends the server.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;

    Err(command.exec()).context("cannot start trunk")
}

#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<()> {
    crate::process::run(command)
}

/// Waits until the server answers, then prints its address. Ends with the server when that fails.
fn announce(args: &[String]) -> Result<()> {
    let [port, before] = args else { bail!("takes a port and the time that went by") };
    let port: u16 = port.parse()?;
    let before = Duration::from_millis(before.parse()?);
    let since = Instant::now();
    let server = parent();
    while !answers(port) {
        if parent() != server {
            return Ok(());
        }
        sleep(Duration::from_millis(100));
    }
    println!(
        "\n      Stagewright is at http://127.0.0.1:{port}/ ({}; Ctrl+C ends it)\n",
        seconds(before + since.elapsed())
    );
    Ok(())
}

#[cfg(unix)]
fn parent() -> u32 {
    std::os::unix::process::parent_id()
}

#[cfg(not(unix))]
fn parent() -> u32 {
    0
}

fn address(port: u16) -> SocketAddrV4 {
    SocketAddrV4::new(Ipv4Addr::LOCALHOST, port)
}

/// Whether the page is served.
fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<[u8; 12]> {
        let mut stream = TcpStream::connect(address(port))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        stream.write_all(b"GET / HTTP/1.0\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n")?;
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        Ok(head)
    };
    ask().is_ok_and(|head| head.ends_with(b" 200"))
}
