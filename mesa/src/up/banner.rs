//! What `mesa up` says when it is ready: the address, the keys, and what to try.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;

use events::{DocumentTypeId, OfficeId};

use super::institution::PEOPLE;
use super::keys::KeyFolder;

/// The text, for `address` and what is kept in `data`.
///
/// # Errors
///
/// A key cannot be read.
pub(super) fn text(address: SocketAddr, data: &Path, keys: &KeyFolder) -> anyhow::Result<String> {
    let mut text = format!(
        "\nMesa is ready at http://{address}   (Ctrl-C stops it; its data is in {})\n\n",
        data.display()
    );
    let mut known = false;
    for person in PEOPLE {
        if let Some(key) = keys.read(person.login)? {
            known = true;
            writeln!(text, "  {:<12} {key}   {}", person.login, person.name)?;
        }
    }
    if known {
        let file = keys.file("registrar");
        text.push_str(&attempts(address, &file));
    } else {
        text.push_str("The directory was set up elsewhere: use the API keys issued there.\n");
    }
    Ok(text)
}

fn attempts(address: SocketAddr, key: &Path) -> String {
    let auth = format!("-H \"Authorization: Bearer $(cat {})\"", key.display());
    let document_type = DocumentTypeId::of_code("SOL");
    let desk = OfficeId::of_code("MP");
    format!(
        r#"
Try, in another terminal:

1. register a document
curl -s http://{address}/api/v1/documents {auth} -H "Idempotency-Key: try-1" -H "Content-Type: application/json" -d '{{"document_type_id":"{document_type}","sender":{{"name":"Juana Huanca","kind":"dni","number":"40112233"}},"subject":"Licencia de funcionamiento","folios":12,"channel":"counter"}}'

2. see what the desk holds, with the counters of its trays
curl -s "http://{address}/api/v1/offices/{desk}/inbox?tray=in_office" {auth}

3. see the totals
curl -s "http://{address}/api/v1/statistics" {auth}
"#
    )
}
