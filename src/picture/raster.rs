//! From SVG to PNG.

use std::sync::{Arc, LazyLock};

use resvg::{tiny_skia, usvg};

/// The longest side that is drawn, in pixels: no picture of ours comes near it, and four bytes a pixel of a
/// larger one would be felt.
const LONGEST: u32 = 2_000;

/// Why there is no picture. Each is a fault of ours, none depends on what the learner did.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The SVG that we wrote is none.
    #[error("the picture's SVG can't be read")]
    Svg(#[from] usvg::Error),
    /// Too large, or no memory for so many pixels.
    #[error("there is no room for a picture of {width} x {height} pixels")]
    Room {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// The pixels can't be written as PNG.
    #[error("the picture can't be written as PNG")]
    Png(#[from] png::EncodingError),
}

/// Draws the SVG of one of our pictures and returns it as PNG, well below 400 KB.
///
/// It takes tens of milliseconds of one core, so call it outside any transaction and off the async threads.
///
/// # Errors
/// See [`PictureError`].
pub fn raster(svg: &str) -> Result<Vec<u8>, PictureError> {
    let tree = tree(svg)?;
    let size = tree.size().to_int_size();
    let (width, height) = (size.width(), size.height());
    let fits = width.max(height) <= LONGEST;
    let mut pixels = fits
        .then(|| tiny_skia::Pixmap::new(width, height))
        .flatten()
        .ok_or(PictureError::Room { width, height })?;
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut pixels.as_mut());
    png(&pixels)
}

/// The pixels without their alpha, since the paper covers all of them, and little compressed: Telegram makes
/// a JPEG of a photo anyway.
fn png(pixels: &tiny_skia::Pixmap) -> Result<Vec<u8>, PictureError> {
    let rgb: Vec<u8> =
        pixels.data().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    encoder.write_header()?.write_image_data(&rgb)?;
    Ok(bytes)
}

/// The SVG as resvg reads it.
pub(super) fn tree(svg: &str) -> Result<usvg::Tree, usvg::Error> {
    let options = usvg::Options { fontdb: Arc::clone(&FONTS), ..usvg::Options::default() };
    usvg::Tree::from_str(svg, &options)
}

/// Inter, cut down to the signs we use and with figures of one width: 19 KB each, see `fonts/README.md`.
static FONTS: LazyLock<Arc<usvg::fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = usvg::fontdb::Database::new();
    for font in [REGULAR, SEMI_BOLD] {
        fonts.load_font_source(usvg::fontdb::Source::Binary(Arc::new(font)));
    }
    Arc::new(fonts)
});

static REGULAR: &[u8] = include_bytes!("fonts/Inter-Regular.ttf");
static SEMI_BOLD: &[u8] = include_bytes!("fonts/Inter-SemiBold.ttf");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_picture_of_ours_is_refused() {
        assert!(matches!(raster("<svg"), Err(PictureError::Svg(_))));
        let huge = r#"<svg xmlns="http://www.w3.org/2000/svg" width="1080" height="2001"/>"#;
        assert!(matches!(raster(huge), Err(PictureError::Room { width: 1080, height: 2001 })));
    }
}
