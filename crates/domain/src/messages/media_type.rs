use crate::uploads::LARGEST_UPLOAD;

/// What a file is. The list is closed: nothing of it can act when it is looked at, and all of it is told from its first bytes,
/// for whoever sent it may have lied. Markup of any kind, SVG and HTML among it, is never on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is the format of its name")]
pub enum MediaType {
    Jpeg,
    Png,
    Gif,
    WebP,
    Mp4,
    ThreeGpp,
    Mp3,
    Mp4Audio,
    Aac,
    Ogg,
    Amr,
    Wav,
    Pdf,
    VCard,
    PlainText,
}

impl MediaType {
    const NAMES: [(Self, &'static str); 15] = [
        (Self::Jpeg, "image/jpeg"),
        (Self::Png, "image/png"),
        (Self::Gif, "image/gif"),
        (Self::WebP, "image/webp"),
        (Self::Mp4, "video/mp4"),
        (Self::ThreeGpp, "video/3gpp"),
        (Self::Mp3, "audio/mpeg"),
        (Self::Mp4Audio, "audio/mp4"),
        (Self::Aac, "audio/aac"),
        (Self::Ogg, "audio/ogg"),
        (Self::Amr, "audio/amr"),
        (Self::Wav, "audio/wav"),
        (Self::Pdf, "application/pdf"),
        (Self::VCard, "text/vcard"),
        (Self::PlainText, "text/plain; charset=utf-8"),
    ];

    /// Tells a file by what is in it; `None` if it is nothing of the list.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some(Self::Wav),
            [_, _, _, _, b'f', b't', b'y', b'p', a, b, c, d, ..] => Self::of_brand(&[*a, *b, *c, *d]),
            [b'I', b'D', b'3', ..] => Some(Self::Mp3),
            // The header of a frame: a word of twelve bits, and layer III with a rate that exists.
            [0xff, second, third, ..] if second & 0xe6 == 0xe2 && third & 0xf0 != 0xf0 => Some(Self::Mp3),
            [0xff, second, ..] if second & 0xf6 == 0xf0 => Some(Self::Aac),
            _ => Self::of_first_word(bytes).or_else(|| Self::of_text(bytes)),
        }
    }

    /// Of an ISO base media file (ISO/IEC 14496-12), by its major brand.
    fn of_brand(brand: &[u8; 4]) -> Option<Self> {
        match brand {
            b"isom" | b"iso2" | b"iso4" | b"iso5" | b"iso6" | b"mp41" | b"mp42" | b"avc1" | b"dash"
            | b"M4V " | b"MSNV" => Some(Self::Mp4),
            b"M4A " | b"M4B " => Some(Self::Mp4Audio),
            [b'3', b'g', b'p' | b'2', _] => Some(Self::ThreeGpp),
            _ => None,
        }
    }

    fn of_first_word(bytes: &[u8]) -> Option<Self> {
        const WORDS: [(&[u8], MediaType); 6] = [
            (b"\x89PNG\r\n\x1a\n", MediaType::Png),
            (b"GIF87a", MediaType::Gif),
            (b"GIF89a", MediaType::Gif),
            (b"OggS", MediaType::Ogg),
            (b"#!AMR", MediaType::Amr),
            (b"%PDF-", MediaType::Pdf),
        ];
        WORDS.iter().find(|(word, _)| bytes.starts_with(word)).map(|(_, kind)| *kind)
    }

    /// Words and nothing else. What begins like markup is taken for it.
    fn of_text(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let is_plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
        if text.is_empty() || text.starts_with('<') || !text.chars().all(is_plain) {
            return None;
        }
        let is_card = text.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("BEGIN:VCARD"));
        Some(if is_card { Self::VCard } else { Self::PlainText })
    }

    /// As in `Content-Type`.
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| *name)
    }

    /// Back from [`as_str`](Self::as_str).
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(_, known)| *known == name).map(|(kind, _)| kind)
    }

    /// How large such a file may be that is sent, in bytes; `None` if Twilio does not take it, or not under this name.
    /// <https://www.twilio.com/docs/messaging/guides/accepted-mime-types>
    pub fn most_sent(self) -> Option<usize> {
        match self {
            Self::Jpeg | Self::Png | Self::Gif => Some(LARGEST_UPLOAD),
            Self::WebP | Self::Wav | Self::PlainText => None,
            _ => Some(500_000),
        }
    }

    /// Whether it is there to be looked at or listened to, rather than to be saved.
    pub fn is_shown(self) -> bool {
        !matches!(self, Self::Pdf | Self::VCard | Self::PlainText)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_what_is_in_them() {
        let table: [(&[u8], MediaType); 22] = [
            (b"\xff\xd8\xff\xe0\x00\x10JFIF", MediaType::Jpeg),
            (b"\x89PNG\r\n\x1a\n\x00", MediaType::Png),
            (b"GIF87a\x01", MediaType::Gif),
            (b"GIF89a\x01", MediaType::Gif),
            (b"RIFF\x10\x00\x00\x00WEBPVP8 ", MediaType::WebP),
            (b"RIFF\x10\x00\x00\x00WAVEfmt ", MediaType::Wav),
            (b"\x00\x00\x00\x20ftypisom\x00", MediaType::Mp4),
            (b"\x00\x00\x00\x20ftypmp42\x00", MediaType::Mp4),
            (b"\x00\x00\x00\x18ftyp3gp4\x00", MediaType::ThreeGpp),
            (b"\x00\x00\x00\x18ftyp3g2a\x00", MediaType::ThreeGpp),
            (b"\x00\x00\x00\x18ftypM4A \x00", MediaType::Mp4Audio),
            (b"ID3\x04\x00", MediaType::Mp3),
            (b"\xff\xfb\x90\x64", MediaType::Mp3),
            (b"\xff\xf3\x40\xc4", MediaType::Mp3),
            (b"\xff\xf1\x50\x80", MediaType::Aac),
            (b"OggS\x00\x02", MediaType::Ogg),
            (b"#!AMR\n\x3c", MediaType::Amr),
            (b"#!AMR-WB\n\x3c", MediaType::Amr),
            (b"%PDF-1.7\n", MediaType::Pdf),
            (b"\xef\xbb\xbfbegin:vcard\r\nVERSION:3.0\r\n", MediaType::VCard),
            ("Grüße,\r\n\tGrace <3".as_bytes(), MediaType::PlainText),
            (b"BEGIN:VCAR", MediaType::PlainText),
        ];
        for (bytes, kind) in table {
            assert_eq!(MediaType::of(bytes), Some(kind), "{:?}", String::from_utf8_lossy(bytes));
            assert_eq!(MediaType::parse(kind.as_str()), Some(kind));
        }
    }

    #[test]
    fn markup_programs_and_what_nobody_knows_are_nothing() {
        let table: [&[u8]; 16] = [
            b"",
            b" \r\n",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            b"\xef\xbb\xbf <?xml version=\"1.0\"?><svg/>",
            b"\n<!DOCTYPE html>",
            b"<html><script>alert(1)</script>",
            b"MZ\x90\x00",
            b"\x7fELF\x02",
            b"PK\x03\x04",
            b"\x00\x00\x00\x18ftypqt  \x00",
            b"\x00\x00\x00\x18ftypheic\x00",
            b"RIFF\x10\x00\x00\x00AVI LIST",
            b"\xff\xfb\xf0\x64",
            b"\xff\xfe<\x00h\x00",
            b"caf\xe9",
            b"a\0b",
        ];
        for bytes in table {
            assert_eq!(MediaType::of(bytes), None, "{:?}", String::from_utf8_lossy(bytes));
        }
    }
}
