//! The harness of the newest loaders: reads object files named on the command line and prints a line of JSON for each.
//!
//!     newest [--load] FILE...
//!
//! `{"file":…, "libbpf":REPORT, "aya":REPORT}`. A REPORT has `ok`; a failed one has `error`; `log` is what the loader
//! printed meanwhile; one that is `ok` lists the `programs` and `maps` that the loader saw, in its own words. With
//! `--load`, libbpf's report has `loaded` as well: whether the running kernel took the object.

mod aya;
mod json;
mod libbpf;

use json::Object;
use std::{env, fs, process};

fn main() {
    let (flags, files): (Vec<_>, Vec<_>) =
        env::args().skip(1).partition(|arg| arg.starts_with("--"));
    if flags.iter().any(|flag| flag != "--load") || files.is_empty() {
        eprintln!("usage: newest [--load] FILE...");
        process::exit(2);
    }
    for file in &files {
        let bytes = match fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) => {
                eprintln!("{file}: {error}");
                process::exit(1);
            }
        };
        let mut line = Object::new();
        line.text("file", file)
            .value("libbpf", libbpf::report(file, !flags.is_empty()))
            .value("aya", aya::report(&bytes));
        println!("{}", line.end());
    }
}
