//! The certificate authority: made at each start, it vouches for hosts of Google's and for no others, and its key is never written.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::Date;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, NameConstraints,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use super::destination::DOMAIN;

/// For how long certificates are good.
const YEARS: i32 = 1;

/// Reason why a certificate could not be made.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// The certificate could not be signed.
    #[error("making a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The certificate could not be used.
    #[error("serving with a certificate: {0}")]
    Tls(#[from] rustls::Error),
}

/// A certificate authority.
#[derive(Debug)]
pub struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
    /// The key of all hosts: they are one server.
    host_key: KeyPair,
    today: Date,
    provider: Arc<CryptoProvider>,
}

impl Authority {
    /// A new one, whose certificates are good from the day before `today`, so that clocks need not agree, for a year.
    ///
    /// # Errors
    /// The system has no randomness for keys.
    pub fn new(today: Date) -> Result<Self, AuthorityError> {
        let mut params = dated(Vec::new(), today)?;
        params.distinguished_name.push(DnType::CommonName, format!("fake-gcp, which is not *.{DOMAIN}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let permitted_subtrees = vec![GeneralSubtree::DnsName(DOMAIN.to_owned())];
        params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
        let key = KeyPair::generate()?;
        Ok(Self {
            certificate: params.self_signed(&key)?.der().clone(),
            issuer: Issuer::new(params, key),
            host_key: KeyPair::generate()?,
            today,
            provider: Arc::new(aws_lc_rs::default_provider()),
        })
    }

    /// The certificate that clients must trust, as PEM.
    pub fn certificate_pem(&self) -> String {
        pem("CERTIFICATE", &self.certificate)
    }

    /// What takes connections as `host`. It is made for each connection anew, which takes less than a handshake, so that nothing
    /// grows with the hosts that are asked for.
    pub(super) fn acceptor(&self, host: &str) -> Result<TlsAcceptor, AuthorityError> {
        let mut params = dated(vec![host.to_owned()], self.today)?;
        params.distinguished_name.push(DnType::CommonName, "fake-gcp");
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.signed_by(&self.host_key, &self.issuer)?.der().clone();
        let key = PrivatePkcs8KeyDer::from(self.host_key.serialize_der());
        let mut config = ServerConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key.into())?;
        // All clients of Google's speak it, and faults break its connections as they break those without TLS.
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

fn dated(names: Vec<String>, today: Date) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    let (year, month, day) = parts(today.yesterday().unwrap_or(today));
    params.not_before = rcgen::date_time_ymd(year, month, day);
    // The 28th is there in every month.
    let (year, month, day) = parts(today);
    params.not_after = rcgen::date_time_ymd(year + YEARS, month, day.min(28));
    Ok(params)
}

fn parts(day: Date) -> (i32, u8, u8) {
    (day.year().into(), day.month().unsigned_abs(), day.day().unsigned_abs())
}

/// A DER document in the form that files have.
pub fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines = text.as_bytes().chunks(64).map(String::from_utf8_lossy);
    let lines: String = lines.map(|line| format!("{line}\n")).collect();
    format!("-----BEGIN {label}-----\n{lines}-----END {label}-----\n")
}
