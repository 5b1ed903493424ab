//! Sound files.

use std::f64::consts::TAU;
use std::time::Duration;

const RATE: u32 = 8_000;

/// As much as is really made; a longer recording says its length in its description, as Twilio's would.
const LONGEST: Duration = Duration::from_secs(10);

/// Says which recording it is, to an ear.
const HERTZ: f64 = 440.0;

/// A tone: 8 kHz, 8 bits, one channel or two.
pub(crate) fn tone(length: Duration, channels: u8) -> Vec<u8> {
    let channels = u32::from(channels.clamp(1, 2));
    let length = length.min(LONGEST);
    let frames = RATE * u32::try_from(length.as_millis()).unwrap_or(0) / 1000;
    let size = frames * channels;
    let mut file = Vec::with_capacity(44 + size as usize + 1);
    file.extend(b"RIFF");
    file.extend((36 + size + size % 2).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16u32.to_le_bytes());
    file.extend(1u16.to_le_bytes());
    file.extend((channels as u16).to_le_bytes());
    file.extend(RATE.to_le_bytes());
    file.extend((RATE * channels).to_le_bytes());
    file.extend((channels as u16).to_le_bytes());
    file.extend(8u16.to_le_bytes());
    file.extend(b"data");
    file.extend(size.to_le_bytes());
    for frame in 0..frames {
        let phase = f64::from(frame) / f64::from(RATE) * HERTZ * TAU;
        let sample = (128.0 + 60.0 * phase.sin()) as u8;
        file.extend(std::iter::repeat_n(sample, channels as usize));
    }
    // Chunks have even lengths.
    file.resize(file.len() + (size % 2) as usize, 0);
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_as_long_as_it_says() {
        for (millis, channels, size) in
            [(0, 1, 0u32), (1_000, 1, 8_000), (1_001, 1, 8_008), (2_000, 2, 32_000)]
        {
            let file = tone(Duration::from_millis(millis), channels);
            assert_eq!(&file[..4], b"RIFF");
            assert_eq!(u32::from_le_bytes(file[4..8].try_into().expect("four")) as usize, file.len() - 8);
            assert_eq!(u32::from_le_bytes(file[40..44].try_into().expect("four")), size);
        }
        assert!(tone(Duration::from_secs(3600), 2).len() < 200_000, "bounded");
    }
}
