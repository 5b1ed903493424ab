//! Recordings that can be played: a soft tone as WAV, silence as MP3.

use std::f32::consts::TAU;
use std::time::Duration;

const SAMPLES_PER_SECOND: u32 = 8_000;
const PITCH: f32 = 440.0;
const LOUDNESS: f32 = 2_000.0;

/// Nobody needs more to hear that it works.
const LONGEST: Duration = Duration::from_secs(120);

/// 16-bit PCM.
pub(super) fn wav(length: Duration, channels: u8) -> Vec<u8> {
    let channels = u16::from(channels.clamp(1, 2));
    let samples = samples(length);
    let frame = 2 * channels;
    let size = samples * u32::from(frame);
    let mut file = Vec::with_capacity(44 + size as usize);
    file.extend(b"RIFF");
    file.extend((36 + size).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16u32.to_le_bytes());
    file.extend(1u16.to_le_bytes());
    file.extend(channels.to_le_bytes());
    file.extend(SAMPLES_PER_SECOND.to_le_bytes());
    file.extend((SAMPLES_PER_SECOND * u32::from(frame)).to_le_bytes());
    file.extend(frame.to_le_bytes());
    file.extend(16u16.to_le_bytes());
    file.extend(b"data");
    file.extend(size.to_le_bytes());
    // A second's tone is the same as the next second's.
    let second: Vec<u8> = (0..SAMPLES_PER_SECOND)
        .flat_map(|n| {
            let at = n as f32 / SAMPLES_PER_SECOND as f32;
            let sample = ((at * PITCH * TAU).sin() * LOUDNESS) as i16;
            sample.to_le_bytes().repeat(usize::from(channels))
        })
        .collect();
    file.extend(second.iter().cycle().take(size as usize));
    file
}

/// MPEG 2.5 layer III, 8 kHz, 8 kbit/s, mono: frames of 72 bytes and 576 samples in which nothing is coded.
pub(super) fn mp3(length: Duration) -> Vec<u8> {
    let mut frame = [0; 72];
    frame[..4].copy_from_slice(&[0xff, 0xe3, 0x18, 0xc0]);
    frame.repeat(samples(length).div_ceil(576) as usize)
}

fn samples(length: Duration) -> u32 {
    let milliseconds = u32::try_from(length.min(LONGEST).as_millis()).unwrap_or(u32::MAX);
    milliseconds * (SAMPLES_PER_SECOND / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_as_long_as_the_recording() {
        let length = Duration::from_millis(2_500);
        assert_eq!(wav(length, 1).len(), 44 + 2 * 20_000);
        assert_eq!(wav(length, 2).len(), 44 + 4 * 20_000);
        assert_eq!(mp3(length).len(), 72 * 35);
        assert_eq!(wav(Duration::ZERO, 1).len(), 44);
        assert_eq!(wav(Duration::from_secs(1_000_000), 1).len(), 44 + 2 * 8_000 * 120);
    }
}
