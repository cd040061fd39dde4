//! Batches, and the ways in which a caller may bring credentials.

use base64::Engine as _;
use bytes::Bytes;
use fake_gcp::{Settings, World};
use http::{Request, Response};
use serde_json::Value;

use crate::fake::{BASE, Fake};

fn send(world: &mut World, fake: &Fake, request: http::request::Builder, body: &str) -> Response<Bytes> {
    world.handle(fake.now, &request.body(Bytes::from(body.to_owned())).unwrap())
}

fn get(path: &str) -> http::request::Builder {
    Request::get(format!("{BASE}{path}"))
}

#[test]
fn a_batch_is_answered_part_by_part() {
    let fake = Fake::new(Settings::default());
    let mut world = fake.world.clone();
    let body = "--b\r\nContent-Type: application/http\r\nContent-ID: <one>\r\n\r\n\
                GET /compute/v1/projects/p/global/networks/vpc HTTP/1.1\r\nAccept: application/json\r\n\r\n\
                --b\r\nContent-Type: application/http\r\n\r\n\
                POST https://compute.googleapis.com/compute/v1/projects/p/global/networks HTTP/1.1\r\n\
                Content-Type: application/json\r\n\r\n{\"name\": \"by-batch\"}\r\n\
                --b\r\nContent-Type: application/http\r\n\r\nGET /compute/v1/projects/p/global/networks/none\r\n\r\n\
                --b--\r\n";
    let request = || {
        Request::post("/batch/compute/v1")
            .header("content-type", "multipart/mixed; boundary=\"b\"")
            .header("authorization", format!("Bearer {}", fake.token))
    };
    let reply = send(&mut world, &fake, request(), body);
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.headers()["content-type"], "multipart/mixed; boundary=batch_fake_gcp");
    let text = String::from_utf8(reply.body().to_vec()).unwrap();
    let parts: Vec<&str> = text.split("--batch_fake_gcp\r\n").skip(1).collect();
    assert_eq!(parts.len(), 3, "{text}");
    assert!(
        parts[0].contains("Content-ID: <response-one>\r\n") && parts[0].contains("HTTP/1.1 200 OK"),
        "{text}"
    );
    assert!(parts[1].contains("\"operationType\":\"insert\""), "{text}");
    assert!(parts[2].contains("HTTP/1.1 404 Not Found") && !parts[2].contains("Content-ID"), "{text}");
    for broken in ["", "--b\r\n", "--b\r\n\r\nGET\r\n--b--"] {
        assert_eq!(send(&mut world, &fake, request(), broken).status(), 400, "{broken:?}");
    }
}

#[test]
fn credentials_come_in_any_case_or_as_a_parameter_and_their_lack_is_told() {
    let fake = Fake::new(Settings::default());
    let mut world = fake.world.clone();
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let request = get("global/networks").header("authorization", format!("{scheme} {}", fake.token));
        assert_eq!(send(&mut world, &fake, request, "").status(), 200, "{scheme}");
    }
    let by_parameter = get(&format!("global/networks?access_token={}&maxResults=1", fake.token));
    assert_eq!(send(&mut world, &fake, by_parameter, "").status(), 200);
    let log = send(&mut world, &fake, Request::get("/_fake/requests?entries=true"), "");
    let log: Value = serde_json::from_slice(log.body()).unwrap();
    assert_eq!(log["entries"][3]["query"], "maxResults=1", "{log}");
    for request in [get("global/networks"), get("global/networks").header("authorization", "Basic x")] {
        let reply = send(&mut world, &fake, request, "");
        assert_eq!(reply.status(), 401);
        assert!(reply.headers()["www-authenticate"].to_str().unwrap().starts_with("Bearer realm="));
    }
}

/// `{"name": "packed"}` as gzip packs it.
const PACKED: &str = "H4sIAAAAAAACA6tWykvMTVWyUlAqSEzOTk1RqgUAQcRglRIAAAA=";

#[test]
fn a_body_may_be_packed() {
    let fake = Fake::new(Settings::default());
    let mut world = fake.world.clone();
    let mut post = |body: Vec<u8>| {
        let request = Request::post(format!("{BASE}global/networks"))
            .header("authorization", format!("Bearer {}", fake.token))
            .header("content-encoding", "gzip");
        let reply = world.handle(fake.now, &request.body(Bytes::from(body)).unwrap());
        (reply.status().as_u16(), String::from_utf8(reply.body().to_vec()).unwrap())
    };
    let packed = base64::engine::general_purpose::STANDARD.decode(PACKED).unwrap();
    let (status, reply) = post(packed.clone());
    assert_eq!(status, 200, "{reply}");
    assert!(reply.contains("global/networks/packed"), "{reply}");
    assert_eq!(post(packed[..20].to_vec()).0, 400, "cut off");
    assert_eq!(post(b"{}".to_vec()).0, 400, "not packed");
}
