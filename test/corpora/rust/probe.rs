// A BPF program of Rust, without core: generic types, enums with data, tuples, slices and methods, whose names and layouts
// are none of C's.

#![no_core]
#![no_std]
#![feature(no_core, lang_items, auto_traits)]
#![allow(internal_features, dead_code, non_upper_case_globals)]
#![crate_type = "lib"]

#[lang = "pointee_sized"]
pub trait PointeeSized {}
#[lang = "meta_sized"]
pub trait MetaSized: PointeeSized {}
#[lang = "sized"]
pub trait Sized: MetaSized {}
#[lang = "copy"]
pub trait Copy {}
#[lang = "sync"]
pub unsafe auto trait Sync {}
#[lang = "freeze"]
unsafe auto trait Freeze {}
#[lang = "drop_in_place"]
fn drop_in_place<T: PointeeSized>(_: *mut T) {}
#[lang = "legacy_receiver"]
trait LegacyReceiver {}
impl<T: PointeeSized> LegacyReceiver for &T {}
impl Copy for u8 {}
impl Copy for u16 {}
impl Copy for u32 {}
impl Copy for u64 {}
impl Copy for i32 {}
impl<T: PointeeSized> Copy for *const T {}
impl<T: PointeeSized> Copy for *mut T {}

pub enum Option<T> {
    None,
    Some(T),
}

/// Members that rustc puts into another order: the largest first.
pub struct Mixed {
    small: u8,
    large: u64,
    middle: u16,
    pair: (u8, u32),
}

pub enum Shape {
    Empty,
    Circle(u32),
    Rect { width: u16, height: u64 },
}

#[unsafe(no_mangle)]
#[unsafe(link_section = "license")]
pub static _license: [u8; 4] = [71, 80, 76, 0];

#[unsafe(no_mangle)]
pub static limits: Mixed = Mixed { small: 1, large: 2, middle: 3, pair: (4, 5) };

impl Mixed {
    #[inline(never)]
    fn widest(&self) -> u64 {
        self.large
    }
}

#[inline(never)]
fn area(shape: &Shape) -> u64 {
    match shape {
        Shape::Empty => 0,
        Shape::Circle(radius) => *radius as u64,
        Shape::Rect { height, .. } => *height,
    }
}

#[inline(never)]
fn first(value: &Option<u32>) -> u32 {
    match value {
        Option::Some(inner) => *inner,
        Option::None => 0,
    }
}

#[inline(never)]
fn choose(value: Option<&Mixed>) -> u64 {
    match value {
        Option::Some(mixed) => mixed.widest(),
        Option::None => 7,
    }
}

#[repr(C)]
pub struct Context {
    shape: Shape,
    value: Option<u32>,
    mixed: Mixed,
    byte: u8,
}

#[unsafe(no_mangle)]
#[unsafe(link_section = "xdp")]
pub extern "C" fn probe(context: &Context) -> u32 {
    match area(&context.shape) {
        0 => first(&context.value),
        _ => match choose(Option::Some(&context.mixed)) {
            7 => 1,
            _ => 2,
        },
    }
}

#[unsafe(no_mangle)]
#[unsafe(link_section = "socket")]
pub extern "C" fn limit(_context: *const u8) -> u64 {
    limits.widest()
}
