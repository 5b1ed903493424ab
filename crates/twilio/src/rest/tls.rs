use std::sync::Arc;

use rustls::client::WantsClientCert;
use rustls::crypto::ring;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

/// Trusts whom the operating system trusts.
pub(super) fn trusting_the_system() -> Result<ClientConfig, rustls::Error> {
    Ok(http1(builder()?.with_platform_verifier()?))
}

/// For addresses that are spoken to in the clear; so a machine without certificates can run everything locally.
pub(super) fn trusting_nobody() -> Result<ClientConfig, rustls::Error> {
    Ok(http1(builder()?.with_root_certificates(RootCertStore::empty())))
}

fn builder() -> Result<ConfigBuilder<ClientConfig, rustls::WantsVerifier>, rustls::Error> {
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
}

fn http1(builder: ConfigBuilder<ClientConfig, WantsClientCert>) -> ClientConfig {
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config
}
