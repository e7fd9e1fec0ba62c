//! Reads an object as aya does before it asks the kernel: parses it, fixes its BTF up, and resolves references to maps and
//! functions. CO-RE is left out, since it needs the BTF of a kernel.

use crate::json::{list, Object};
use aya_obj::btf::BtfFeatures;
use aya_obj::maps::PinningType;
use std::any::Any;
use std::collections::HashSet;
use std::error::Error;
use std::panic;

pub fn report(bytes: &[u8]) -> String {
    let mut report = Object::new();
    // aya asserts what it takes for granted in debug builds; in release builds it would go on with the wrong map. The
    // report has the assertion's text, so it need not be printed.
    panic::set_hook(Box::new(|_| {}));
    match panic::catch_unwind(|| read(bytes))
        .unwrap_or_else(|payload| Err(assertion(&*payload).into()))
    {
        Ok((programs, maps)) => {
            report
                .flag("ok", true)
                .value("programs", list(programs))
                .value("maps", list(maps));
        }
        Err(error) => {
            report.flag("ok", false).text("error", &chain(&*error));
        }
    }
    report.text("log", "");
    report.end()
}

/// The programs and maps, by name: aya keeps them in hash tables.
fn read(bytes: &[u8]) -> Result<(Vec<String>, Vec<String>), Box<dyn Error>> {
    let mut object = aya_obj::Object::parse(bytes)?;
    // A kernel that knows every kind of BTF, so that nothing is left out.
    object.fixup_and_sanitize_btf(&BtfFeatures::new(
        true, true, true, true, true, true, true, true,
    ))?;
    let code: HashSet<usize> = object
        .functions
        .keys()
        .map(|(section, _)| *section)
        .collect();
    let maps = object.maps.clone();
    // Any descriptor will do: only its number goes into the instruction.
    object.relocate_maps(
        maps.iter().map(|(name, map)| (name.as_str(), 3, map)),
        &code,
    )?;
    object.relocate_calls(&code)?;

    let mut programs: Vec<_> = object.programs.iter().collect();
    programs.sort_by_key(|(name, _)| *name);
    let programs = programs.into_iter().map(|(name, program)| {
        let function = &object.functions[&program.function_key()];
        let mut each = Object::new();
        each.text("name", name)
            .text("section", &format!("{:?}", program.section))
            .number("slots", function.instructions.len() as u64);
        each.end()
    });
    let mut maps: Vec<_> = maps.iter().collect();
    maps.sort_by_key(|(name, _)| *name);
    let maps = maps.into_iter().map(|(name, map)| {
        let mut each = Object::new();
        each.text("name", name)
            .number("type", map.map_type())
            .number("keySize", map.key_size())
            .number("valueSize", map.value_size())
            .number("maxEntries", map.max_entries())
            .number("flags", map.map_flags())
            .number("extra", map.map_extra())
            .flag("pinned", map.pinning() == PinningType::ByName);
        each.end()
    });
    Ok((programs.collect(), maps.collect()))
}

/// The text of a panic.
fn assertion(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().cloned();
    text.or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string))
        .unwrap_or_default()
}

/// An error with its causes.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut texts = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        texts.push(error.to_string());
        cause = error.source();
    }
    texts.join(": ")
}
