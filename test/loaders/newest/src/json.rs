//! JSON out, as much as a report needs.

/// An object under construction; a key is written once by its caller.
pub struct Object(String);

impl Object {
    pub fn new() -> Self {
        Self(String::new())
    }

    /// `value` is JSON already.
    pub fn value(&mut self, key: &str, value: String) -> &mut Self {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(&format!("{}:{value}", string(key)));
        self
    }

    pub fn text(&mut self, key: &str, value: &str) -> &mut Self {
        self.value(key, string(value))
    }

    pub fn number(&mut self, key: &str, value: impl Into<u64>) -> &mut Self {
        self.value(key, value.into().to_string())
    }

    pub fn flag(&mut self, key: &str, value: bool) -> &mut Self {
        self.value(key, value.to_string())
    }

    pub fn end(&self) -> String {
        format!("{{{}}}", self.0)
    }
}

pub fn list(values: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", values.into_iter().collect::<Vec<_>>().join(","))
}

fn string(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
