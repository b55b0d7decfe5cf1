//! Where a guest's memory comes from: first a piece that its image has room for, then pages that the memory grows by.
//!
//! A host gives an instance the memory of its image without a system call where the one before had the same, but each growth,
//! and its undoing for the next instance, changes the protection of pages. A small conversation fits into the first piece.
#![allow(unsafe_code)]

use core::alloc::Layout;
use core::arch::wasm32::memory_grow;
use core::mem::MaybeUninit;
use core::ptr::NonNull;
use talc::base::Talc;
use talc::base::binning::Binning;
use talc::cell::TalcSyncCell;
use talc::source::Source;
use talc::wasm::WasmBinning;

/// Room for an invoice of some hundred lines; in the image it is zeroes that are not written down.
const FIRST: usize = 1 << 19;
const PAGE: usize = 1 << 16;
/// More than talc keeps beside an allocation and of a piece.
const OVERHEAD: usize = 256;

static mut ROOM: [MaybeUninit<u8>; FIRST] = [MaybeUninit::uninit(); FIRST];

/// A conversation allocates much and is dropped soon: in a guest talc costs less than the allocator of std.
#[global_allocator]
static ALLOCATOR: TalcSyncCell<Heap, WasmBinning> = TalcSyncCell::new_wasm(Heap { room: true, end: None });

#[derive(Debug)]
struct Heap {
    /// The first piece is not given yet.
    room: bool,
    end: Option<NonNull<u8>>,
}

// SAFETY: it allocates nothing itself. `ROOM` is named here only, and the memory that grows belongs to who let it grow.
unsafe impl Source for Heap {
    fn acquire<B: Binning>(talc: &mut Talc<Self, B>, layout: Layout) -> Result<(), ()> {
        if core::mem::take(&mut talc.source.room) {
            // SAFETY: it is given once, and nothing else reads or writes it.
            talc.source.end = unsafe { talc.claim((&raw mut ROOM).cast(), FIRST) };
            return Ok(());
        }
        let pages = (layout.size() + layout.align() + OVERHEAD).div_ceil(PAGE);
        let before = memory_grow::<0>(pages);
        if before == usize::MAX {
            return Err(());
        }
        let (start, size) = ((before * PAGE) as *mut u8, pages * PAGE);
        talc.source.end = match talc.source.end {
            // SAFETY: the piece before ends where the new pages begin, which nobody else has.
            Some(end) if end.as_ptr() == start => Some(unsafe { talc.extend(end, start.wrapping_add(size)) }),
            // SAFETY: nobody else has the new pages.
            _ => unsafe { talc.claim(start, size) },
        };
        Ok(())
    }
}
