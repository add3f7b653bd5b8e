//! The size of a picture, read from its first bytes.

/// What is known of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) mime: &'static str,
}

/// Reads a PNG, JPEG or GIF; `None` for anything else, or a size of zero.
pub(super) fn read(bytes: &[u8]) -> Option<Picture> {
    let picture = png(bytes).or_else(|| gif(bytes)).or_else(|| jpeg(bytes))?;
    (picture.width > 0 && picture.height > 0).then_some(picture)
}

fn png(bytes: &[u8]) -> Option<Picture> {
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let number = |at: usize| {
        let bytes: [u8; 4] = header.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(bytes))
    };
    Some(Picture { width: number(8)?, height: number(12)?, mime: "image/png" })
}

fn gif(bytes: &[u8]) -> Option<Picture> {
    let header = bytes.strip_prefix(b"GIF89a").or_else(|| bytes.strip_prefix(b"GIF87a"))?;
    let &[a, b, c, d, ..] = header else { return None };
    let (width, height) = (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
    Some(Picture { width: width.into(), height: height.into(), mime: "image/gif" })
}

/// Walks the segments up to the one that starts the frame.
fn jpeg(bytes: &[u8]) -> Option<Picture> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    loop {
        let &[0xff, kind, high, low, ref body @ ..] = rest else { return None };
        let length = usize::from(u16::from_be_bytes([high, low]));
        // 0xC4, 0xC8 and 0xCC are tables, not frames.
        if matches!(kind, 0xc0..=0xcf) && !matches!(kind, 0xc4 | 0xc8 | 0xcc) {
            let &[_, a, b, c, d, ..] = body else { return None };
            let (height, width) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
            return Some(Picture { width: width.into(), height: height.into(), mime: "image/jpeg" });
        }
        rest = body.get(length.checked_sub(2)?..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_from_the_header() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\0\x02rest";
        assert_eq!(read(png), Some(Picture { width: 256, height: 2, mime: "image/png" }));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04xx\xff\xc0\0\x11\x08\0\x10\0\x20\x03";
        assert_eq!(read(jpeg), Some(Picture { width: 32, height: 16, mime: "image/jpeg" }));
        assert_eq!(read(b"GIF89a\x03\0\x04\0").map(|p| (p.width, p.height)), Some((3, 4)));
    }

    #[test]
    fn what_is_no_picture_is_none() {
        for bytes in [
            &b""[..],
            b"<svg/>",
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff\xe0\0\x01",
            b"\xff\xd8\xff\xe0\xff\xff",
        ] {
            assert_eq!(read(bytes), None);
        }
    }
}
