//! What callers hear while it rings: two seconds of the North American ringing tone (440 and 480 Hz), four of silence.

use std::f32::consts::TAU;
use std::sync::LazyLock;

use axum::Router;
use axum::http::header;
use axum::routing::get;

use crate::Server;

/// Samples a second; each is a byte, silence is 128 (RIFF WAVE, PCM of 8 bits).
const RATE: u32 = 8_000;
const SOUNDS: u32 = 2 * RATE;
const LASTS: u32 = 6 * RATE;

static TONE: LazyLock<Vec<u8>> = LazyLock::new(tone);

pub(super) fn routes() -> Router<Server> {
    Router::new().route("/api/twilio/ringing.wav", get(ringing))
}

async fn ringing() -> ([(header::HeaderName, &'static str); 2], &'static [u8]) {
    let headers = [(header::CONTENT_TYPE, "audio/wav"), (header::CACHE_CONTROL, "public, max-age=86400")];
    (headers, &TONE)
}

fn tone() -> Vec<u8> {
    let mut wav = Vec::with_capacity(44 + LASTS as usize);
    wav.extend(b"RIFF");
    wav.extend((36 + LASTS).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16u32.to_le_bytes());
    // PCM, one channel, samples and bytes a second, bytes and bits a sample.
    wav.extend(1u16.to_le_bytes());
    wav.extend(1u16.to_le_bytes());
    wav.extend(RATE.to_le_bytes());
    wav.extend(RATE.to_le_bytes());
    wav.extend(1u16.to_le_bytes());
    wav.extend(8u16.to_le_bytes());
    wav.extend(b"data");
    wav.extend(LASTS.to_le_bytes());
    wav.extend((0..LASTS).map(sample));
    wav
}

fn sample(at: u32) -> u8 {
    if at >= SOUNDS {
        return 128;
    }
    let wave = |hertz: f32| (TAU * hertz * at as f32 / RATE as f32).sin();
    (128.0 + 30.0 * (wave(440.0) + wave(480.0))) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rings_for_two_seconds_of_six() {
        let wav = tone();
        assert_eq!((wav.len(), &wav[..4], &wav[8..16]), (48_044, b"RIFF".as_slice(), b"WAVEfmt ".as_slice()));
        let (sound, silence) = wav[44..].split_at(16_000);
        assert!(sound.iter().any(|sample| *sample > 180) && sound.iter().any(|sample| *sample < 76));
        assert!(silence.iter().all(|sample| *sample == 128));
    }
}
