//! The one library that does the arithmetic of TLS.

/// Makes ring the provider of TLS for whoever in this process does not bring one along: clients of
/// HTTP, before the first of them is made. Calling it again does nothing.
pub fn provide() {
    // An error says that there is one already, which is ours or was chosen on purpose.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
