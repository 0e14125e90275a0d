//! Deflate, by the browser's own streams: it costs no code, but takes a moment.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStream, ReadableStreamDefaultReader, ReadableWritablePair, Response};

// Not web-sys's, which has them only among its unstable interfaces.
#[wasm_bindgen]
extern "C" {
    type CompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<CompressionStream, JsValue>;

    type DecompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;
}

/// What the browser calls RFC 1951.
const FORMAT: &str = "deflate-raw";

/// Why something could not be unfolded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InflateError {
    /// It is not deflated data, or the browser cannot do it.
    Damaged,
    /// It is larger than allowed.
    TooLong,
}

/// `bytes` deflated; none where the browser cannot do it.
pub async fn deflate(bytes: &[u8]) -> Option<Vec<u8>> {
    let stream = CompressionStream::new(FORMAT).ok()?;
    // Both kinds of streams have the two ends of such a pair.
    collect(bytes, stream.unchecked_ref(), usize::MAX).await.ok()
}

/// What was deflated, as long as it is at most `most` bytes. More is not even unfolded.
///
/// # Errors
/// Where it is damaged, or longer.
pub async fn inflate(bytes: &[u8], most: usize) -> Result<Vec<u8>, InflateError> {
    let stream = DecompressionStream::new(FORMAT).map_err(|_| InflateError::Damaged)?;
    collect(bytes, stream.unchecked_ref(), most).await
}

async fn collect(bytes: &[u8], through: &ReadableWritablePair, most: usize) -> Result<Vec<u8>, InflateError> {
    let damaged = |_: JsValue| InflateError::Damaged;
    let body = Uint8Array::from(bytes);
    let response = Response::new_with_opt_js_u8_array(Some(&body)).map_err(damaged)?;
    let stream: ReadableStream = response.body().ok_or(InflateError::Damaged)?.pipe_through(through);
    let reader = stream.get_reader().unchecked_into::<ReadableStreamDefaultReader>();
    let mut out = Vec::new();
    loop {
        let chunk = JsFuture::from(reader.read()).await.map_err(damaged)?;
        if Reflect::get(&chunk, &"done".into()).map_err(damaged)?.is_truthy() {
            return Ok(out);
        }
        let value = Reflect::get(&chunk, &"value".into()).map_err(damaged)?.unchecked_into::<Uint8Array>();
        if out.len() + value.length() as usize > most {
            let _ = reader.cancel();
            return Err(InflateError::TooLong);
        }
        out.extend(value.to_vec());
    }
}
