//! A small picture for every medium: PNG, as in <https://www.w3.org/TR/png-3/>, and its data as in RFC 1950 and 1951,
//! uncompressed.

const SIDE: u32 = 32;

/// A square of a colour that depends on `sid`.
pub(super) fn png(sid: &str) -> Vec<u8> {
    let colour = sid.bytes().fold([90u8, 140, 190], |[red, green, blue], byte| {
        [green.wrapping_add(byte), blue.wrapping_mul(3), red.rotate_left(1) ^ byte]
    });
    let mut line = vec![0];
    line.extend(colour.repeat(SIDE as usize));
    let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = [SIDE.to_be_bytes(), SIDE.to_be_bytes()].concat();
    // Eight bits for each of red, green and blue.
    header.extend([8, 2, 0, 0, 0]);
    chunk(&mut picture, b"IHDR", &header);
    chunk(&mut picture, b"IDAT", &zlib(&line.repeat(SIDE as usize)));
    chunk(&mut picture, b"IEND", &[]);
    picture
}

fn chunk(picture: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    picture.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    let named = [name, data].concat();
    picture.extend(&named);
    picture.extend(crc(&named).to_be_bytes());
}

/// One block that is stored as it is.
fn zlib(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("a picture of this size fits one block");
    let mut stream = vec![0x78, 0x01, 0x01];
    stream.extend(length.to_le_bytes());
    stream.extend((!length).to_le_bytes());
    stream.extend(data);
    stream.extend(adler(data).to_be_bytes());
    stream
}

fn crc(data: &[u8]) -> u32 {
    !data.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}

fn adler(data: &[u8]) -> u32 {
    let (low, high) = data.iter().fold((1u32, 0u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    high << 16 | low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_standards() {
        assert_eq!(crc(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn pictures_differ() {
        let (one, two) = (png("ME1"), png("ME2"));
        assert!(one.starts_with(b"\x89PNG\r\n\x1a\n") && one.ends_with(b"IEND\xae\x42\x60\x82"));
        assert_ne!(one, two);
    }
}
