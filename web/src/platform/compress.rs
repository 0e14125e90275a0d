//! Deflate, by the browser's own streams: it costs no code, but takes a moment.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CompressionFormat, CompressionStream, DecompressionStream, ReadableStream, ReadableStreamDefaultReader,
    ReadableWritablePair, Response,
};

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
    let stream = CompressionStream::new(CompressionFormat::DeflateRaw).ok()?;
    let pair = ReadableWritablePair::new(&stream.readable(), &stream.writable());
    collect(bytes, &pair, usize::MAX).await.ok()
}

/// What was deflated, as long as it is at most `most` bytes. More is not even unfolded.
///
/// # Errors
/// Where it is damaged, or longer.
pub async fn inflate(bytes: &[u8], most: usize) -> Result<Vec<u8>, InflateError> {
    let stream = DecompressionStream::new(CompressionFormat::DeflateRaw).map_err(|_| InflateError::Damaged)?;
    let pair = ReadableWritablePair::new(&stream.readable(), &stream.writable());
    collect(bytes, &pair, most).await
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
