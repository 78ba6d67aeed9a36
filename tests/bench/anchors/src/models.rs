//! A provider of models that answers at once: a chat completion of 1 KB, or a stream of events, of which each
//! is written by itself.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::{HttpResponse, HttpServer, web};
use bytes::Bytes;
use futures_util::stream::{self, Stream};
use tokio::task::yield_now;
use tokio::time::sleep;

use crate::paced;

/// The number of events of a stream before the one that ends it.
const EVENTS: usize = 50;

/// The event that ends an answer, the one with the tokens of the call, and the mark behind all events.
const LAST: [&str; 3] = [
    "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\
     \"model\":\"gpt-4o-mini\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
    "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\
     \"model\":\"gpt-4o-mini\",\"choices\":[],\
     \"usage\":{\"prompt_tokens\":12,\"completion_tokens\":50,\"total_tokens\":62}}\n\n",
    "data: [DONE]\n\n",
];

/// Serves on a loopback port until a signal. A body with `"bench-slow"` gets one event each minute, one with
/// `"bench-flood"` events without end, one with `"bench-paced"` a paced stream.
pub(crate) async fn serve(port: u16) -> Result<(), Box<dyn std::error::Error>> {
    let content = "lorem ipsum dolor ".repeat(42);
    let whole = Bytes::from(format!(
        "{{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1700000000,\
         \"model\":\"gpt-4o-mini\",\"choices\":[{{\"index\":0,\
         \"message\":{{\"role\":\"assistant\",\"content\":\"{content}\"}},\
         \"finish_reason\":\"stop\"}}],\
         \"usage\":{{\"prompt_tokens\":12,\"completion_tokens\":180,\"total_tokens\":192}}}}"
    ));
    let answers = web::Data::new(whole);
    let app = move || {
        actix_web::App::new()
            .app_data(answers.clone())
            .app_data(web::PayloadConfig::new(64 << 20))
            .default_service(web::to(answer))
    };
    let server = HttpServer::new(app).tcp_nodelay(true).workers(1).keep_alive(Duration::from_secs(75));
    Ok(server.max_connections(4096).bind(("127.0.0.1", port))?.run().await?)
}

async fn answer(body: Bytes, whole: web::Data<Bytes>) -> HttpResponse {
    let contains = |text: &str| body.windows(text.len()).any(|window| window == text.as_bytes());
    let mut response = HttpResponse::Ok();
    if !contains("\"stream\":true") {
        return response.content_type("application/json").body(whole.get_ref().clone());
    }
    response.content_type("text/event-stream");
    if contains("bench-paced") {
        return response.streaming(Box::pin(paced::stream()));
    }
    let interval = if contains("bench-slow") { Interval::Minute } else { Interval::None };
    let events = if contains("bench-flood") { usize::MAX } else { EVENTS };
    response.streaming(Box::pin(stream(events, interval)))
}

#[derive(Clone, Copy)]
enum Interval {
    None,
    Minute,
}

fn stream(events: usize, interval: Interval) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let event = Bytes::from_static(
        b"data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\
          \"model\":\"gpt-4o-mini\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lorem ipsum \"},\
          \"finish_reason\":null}]}\n\n",
    );
    stream::unfold(0, move |number| {
        let event = event.clone();
        async move {
            match interval {
                // The HTTP server writes what it has while this waits.
                Interval::None => yield_now().await,
                Interval::Minute if number > 0 => sleep(Duration::from_secs(60)).await,
                Interval::Minute => {}
            }
            let part = if number < events {
                event
            } else {
                Bytes::from_static(LAST.get(number - events)?.as_bytes())
            };
            Some((Ok(part), number + 1))
        }
    })
}
