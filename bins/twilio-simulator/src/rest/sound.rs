//! Recordings as MP3: silence.

use std::time::Duration;

/// What one frame holds, at 8,000 samples a second.
const FRAME: Duration = Duration::from_millis(72);

/// Nobody needs more to see that it works.
const LONGEST: Duration = Duration::from_secs(120);

/// MPEG 2.5 layer III, 8 kHz, 8 kbit/s, mono: frames of 72 bytes and 576 samples in which nothing is coded.
pub(super) fn mp3(length: Duration) -> Vec<u8> {
    let mut frame = [0; 72];
    frame[..4].copy_from_slice(&[0xff, 0xe3, 0x18, 0xc0]);
    let frames = length.min(LONGEST).as_millis().div_ceil(FRAME.as_millis());
    frame.repeat(usize::try_from(frames).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_as_long_as_the_recording() {
        for (milliseconds, frames) in [(0, 0), (72, 1), (73, 2), (2_500, 35), (1_000_000_000, 1_667)] {
            assert_eq!(mp3(Duration::from_millis(milliseconds)).len(), 72 * frames, "{milliseconds}");
        }
    }
}
