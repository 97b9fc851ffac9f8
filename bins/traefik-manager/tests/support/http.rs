//! A small HTTP client: no redirects, cookies if wanted, every answer read whole.

use std::{collections::BTreeMap, sync::Mutex};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Method, Request, StatusCode, header};
use hyper_util::{
    client::legacy::{Client as HyperClient, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;

use super::PATIENCE;

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: hyper::HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// With the body, when it is none.
    pub fn json(&self) -> Value {
        let parsed = serde_json::from_slice(&self.body);
        assert!(parsed.is_ok(), "no JSON ({}): {}", self.status, self.text());
        parsed.unwrap()
    }

    /// A header, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        self.header("location")
    }
}

/// A client of one server.
#[derive(Debug)]
pub struct Client {
    base: String,
    hyper: HyperClient<HttpConnector, Full<Bytes>>,
    cookies: Option<Mutex<BTreeMap<String, String>>>,
    headers: Vec<(String, String)>,
}

impl Client {
    /// A client without cookies; `base` is like `http://127.0.0.1:8080`.
    pub fn new(base: impl Into<String>) -> Self {
        let hyper = HyperClient::builder(TokioExecutor::new()).build_http();
        Self { base: base.into().trim_end_matches('/').to_owned(), hyper, cookies: None, headers: Vec::new() }
    }

    /// Keeps cookies from now on, as a browser does.
    #[must_use]
    pub fn with_cookies(mut self) -> Self {
        self.cookies = Some(Mutex::default());
        self
    }

    /// Sends a header with every request.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends `X-Api-Key` with every request.
    #[must_use]
    pub fn with_api_key(self, key: &str) -> Self {
        self.with_header("X-Api-Key", key)
    }

    /// A cookie of the jar.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.as_ref()?.lock().unwrap().get(name).cloned()
    }

    /// Puts a cookie into the jar.
    pub fn set_cookie(&self, name: &str, value: &str) {
        if let Some(cookies) = &self.cookies {
            cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
        }
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Bytes::new()).await
    }

    /// `GET`, as JSON.
    pub async fn get_json(&self, path: &str) -> Value {
        self.get(path).await.json()
    }

    /// `POST` of a form.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let kind = ("content-type", "application/x-www-form-urlencoded");
        self.send(Method::POST, path, &[kind], body.into()).await
    }

    /// `POST` of a form that browsers send in parts.
    pub async fn post_parts(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let part = |(name, value): &(&str, &str)| {
            format!("--parts\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = fields.iter().map(part).collect::<String>() + "--parts--\r\n";
        let kind = ("content-type", "multipart/form-data; boundary=parts");
        self.send(Method::POST, path, &[kind], body.into()).await
    }

    /// `POST` of JSON.
    pub async fn post_json(&self, path: &str, value: &Value) -> Answer {
        self.send_json(Method::POST, path, value).await
    }

    /// Any method, with JSON.
    pub async fn send_json(&self, method: Method, path: &str, value: &Value) -> Answer {
        self.send(method, path, &[("content-type", "application/json")], value.to_string().into()).await
    }

    /// Any request.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Bytes) -> Answer {
        self.try_send(method, path, headers, body).await.unwrap()
    }

    /// Any request; the error in words when there is no answer.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<Answer, String> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(cookies) = &self.cookies {
            let cookies = cookies.lock().unwrap();
            if !cookies.is_empty() {
                let pairs: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
                request = request.header(header::COOKIE, pairs.join("; "));
            }
        }
        let request = request.body(Full::new(body)).map_err(|error| error.to_string())?;
        let exchange = async {
            let answer = self.hyper.request(request).await.map_err(|error| format!("{error:?}"))?;
            let (head, body) = answer.into_parts();
            let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
            Ok::<_, String>(Answer { status: head.status, headers: head.headers, body })
        };
        let answer =
            tokio::time::timeout(PATIENCE * 3, exchange).await.map_err(|_| "no answer in time")??;
        self.keep_cookies(&answer);
        Ok(answer)
    }

    fn keep_cookies(&self, answer: &Answer) {
        let Some(cookies) = &self.cookies else { return };
        let mut cookies = cookies.lock().unwrap();
        for line in answer.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap_or_default();
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let Some((name, value)) = pair.split_once('=') else { continue };
            if value.is_empty() || attributes.to_ascii_lowercase().contains("max-age=0") {
                cookies.remove(name.trim());
            } else {
                cookies.insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
    }
}
