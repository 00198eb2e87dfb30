//! The institution over HTTP: how it is called, and where the public finds it.

use crate::setup::Site;
use serde_json::json;

#[tokio::test]
async fn an_administrator_describes_the_institution_and_a_wrong_field_is_named() {
    let site = Site::begin("institution").await;
    let mut body = json!({
        "name": "Municipalidad Provincial de Puno", "acronym": "MPP", "ruc": "20146247084",
        "address": "Jr. Deustua 458, Puno", "public_url": "https://mesa.munipuno.example",
        "receipt_lines": ["Atención: lunes a viernes"], "reason": "Primera configuración",
    });
    let denied = site.post("ana", "/institution", "i0", &body).await;
    assert_eq!(denied.expect(403).json()["type"], "/problems/forbidden");
    let set = site.post("root", "/institution", "i1", &body).await;
    let set = set.expect(200);
    assert_eq!(set.header("location"), Some("/api/v1/institution"));
    let set = set.json();
    assert_eq!(
        (&set["version"], &set["ruc"]),
        (&json!(1), &json!("20146247084"))
    );
    // Said again under another key nothing changes; under the same key it is the same act (I15).
    for key in ["i2", "i1"] {
        let again = site.post("root", "/institution", key, &body).await;
        assert_eq!(again.expect(200).json()["version"], 1, "{key}");
    }
    body["ruc"] = json!("20146247085");
    body["receipt_lines"] = json!(["dos\nrenglones"]);
    let wrong = site.post("root", "/institution", "i3", &body).await;
    let wrong = wrong.expect(422).json();
    let pointers: Vec<_> = wrong["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(pointers, ["/ruc", "/receipt_lines/0"], "{wrong}");
    body["colour"] = json!("azul");
    let unknown = site.post("root", "/institution", "i4", &body).await;
    drop(unknown.expect(400));
}
