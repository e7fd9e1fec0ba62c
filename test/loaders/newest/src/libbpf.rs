//! Opens, and on wish loads, an object with libbpf. Types of programs are given by libbpf's own names for them (xdp).

use crate::json::{list, Object};
use libbpf_sys::*;
use std::ffi::{c_char, c_int, CStr, CString};
use std::io::Error;
use std::ptr;
use std::sync::Mutex;

/// What libbpf printed since the last report.
static LOG: Mutex<String> = Mutex::new(String::new());

extern "C" {
    fn vsnprintf(
        text: *mut c_char,
        size: usize,
        format: *const c_char,
        args: *mut __va_list_tag,
    ) -> c_int;
}

/// Keeps warnings and infos: libbpf tells of dropped BTF in an info only.
unsafe extern "C" fn keep_log(
    level: libbpf_print_level,
    format: *const c_char,
    args: *mut __va_list_tag,
) -> c_int {
    if level != LIBBPF_DEBUG {
        // A verifier log is one message; its end tells most, but here only its first 64 KiB are kept.
        let mut text = vec![0u8; 1 << 16];
        vsnprintf(text.as_mut_ptr().cast(), text.len(), format, args);
        if let Ok(text) = CStr::from_bytes_until_nul(&text) {
            LOG.lock().unwrap().push_str(&text.to_string_lossy());
        }
    }
    0
}

/// The report on `file`; what was loaded is gone when it returns.
pub fn report(file: &str, load: bool) -> String {
    let path = CString::new(file).expect("an argument has no NUL");
    let mut report = Object::new();
    // SAFETY: libbpf's calls in the order of its documentation; the object is closed once, after all that it owns was read.
    unsafe {
        libbpf_set_print(Some(keep_log));
        let object = bpf_object__open_file(path.as_ptr(), ptr::null());
        if object.is_null() {
            report
                .flag("ok", false)
                .text("error", &Error::last_os_error().to_string());
        } else {
            report.flag("ok", true);
            report
                .value("programs", list(programs(object)))
                .value("maps", list(maps(object)));
            if load {
                forget_pins(object);
                let mut loaded = Object::new();
                match bpf_object__load(object) {
                    0 => loaded.flag("ok", true),
                    error => loaded
                        .flag("ok", false)
                        .text("error", &Error::from_raw_os_error(-error).to_string()),
                };
                report.value("loaded", loaded.end());
            }
            bpf_object__close(object);
        }
    }
    report.text("log", &std::mem::take(&mut *LOG.lock().unwrap()));
    report.end()
}

unsafe fn programs(object: *mut bpf_object) -> Vec<String> {
    let mut found = Vec::new();
    let mut program = bpf_object__next_program(object, ptr::null_mut());
    while !program.is_null() {
        let mut each = Object::new();
        each.text("name", &text(bpf_program__name(program)))
            .text("section", &text(bpf_program__section_name(program)))
            .text(
                "type",
                &text(libbpf_bpf_prog_type_str(bpf_program__type(program))),
            )
            .text(
                "attachType",
                &text(libbpf_bpf_attach_type_str(
                    bpf_program__expected_attach_type(program),
                )),
            )
            .number("slots", bpf_program__insn_cnt(program));
        found.push(each.end());
        program = bpf_object__next_program(object, program);
    }
    found
}

unsafe fn maps(object: *mut bpf_object) -> Vec<String> {
    let mut found = Vec::new();
    let mut map = bpf_object__next_map(object, ptr::null());
    while !map.is_null() {
        let mut each = Object::new();
        each.text("name", &text(bpf_map__name(map)))
            .number("type", bpf_map__type(map))
            .number("keySize", bpf_map__key_size(map))
            .number("valueSize", bpf_map__value_size(map))
            .number("maxEntries", bpf_map__max_entries(map))
            .number("flags", bpf_map__map_flags(map))
            .number("extra", bpf_map__map_extra(map))
            .flag("pinned", !bpf_map__pin_path(map).is_null());
        found.push(each.end());
        map = bpf_object__next_map(object, map);
    }
    found
}

/// Loading must leave nothing behind.
unsafe fn forget_pins(object: *mut bpf_object) {
    let mut map = bpf_object__next_map(object, ptr::null());
    while !map.is_null() {
        bpf_map__set_pin_path(map, ptr::null());
        map = bpf_object__next_map(object, map);
    }
}

/// libbpf's string, or "" for the null that it gives where it has no name for a number.
unsafe fn text(pointer: *const c_char) -> String {
    if pointer.is_null() {
        return String::new();
    }
    CStr::from_ptr(pointer).to_string_lossy().into_owned()
}
