//! Files that go with drafts and documents: what they are, where they go, and that an erasure takes them.

use super::drafts::{charged, customer, invoice};
use super::world::{Send, World};
use serde_json::json;
use store::testing::for_each_database;

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n";

#[test]
fn a_file_goes_with_its_draft_to_the_document() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let draft = json!({"kind": "invoice", "body": invoice("C1", "100")});
        let draft = world.post("clerk", "/v1/drafts", &draft).want(201)["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/attachments?file_name=%E5%90%88%E5%90%8C.pdf&draft={draft}");
        let made = world.upload("clerk", &path, PDF).want(201);
        assert_eq!(
            (&made["file_name"], &made["media_type"], &made["size"]),
            (&json!("合同.pdf"), &json!("application/pdf"), &json!(PDF.len()))
        );
        world.upload("auditor", &path, PDF).refused(403, "forbidden");
        world
            .upload("clerk", &path, b"<html><script>alert(1)</script>")
            .refused(415, "unsupported-media-type");
        world
            .upload("clerk", "/v1/attachments?file_name=..%2Fx.pdf&document=none", PDF)
            .refused(422, "invalid-field");
        world.upload("clerk", "/v1/attachments?file_name=x.pdf", PDF).refused(400, "invalid-parameter");
        world.upload("clerk", "/v1/attachments?file_name=x.pdf&document=none", PDF).refused(404, "not-found");
        let large = vec![b'%'; 10 * 1024 * 1024 + 1];
        world.upload("clerk", &path, &large).refused(413, "body-too-large");

        let download = format!("/v1/attachments/{}", made["id"].as_str().unwrap());
        let got = world.get("auditor", &download);
        assert_eq!((got.status, got.bytes.as_slice()), (200, PDF));
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        assert!(
            got.header("content-disposition").starts_with("attachment; "),
            "{}",
            got.header("content-disposition")
        );
        // of the other company it is nothing
        let other = Send { token: Some(world.other.token("auditor")), ..Send::default() };
        world.send("GET", &download, &other).refused(404, "not-found");

        for verb in ["submit", "post"] {
            world.post("clerk", &format!("/v1/drafts/{draft}/{verb}"), &json!({})).want(200);
        }
        let posted = world.get("clerk", &format!("/v1/drafts/{draft}")).want(200);
        let listed = format!("/v1/attachments?document={}", posted["number"].as_str().unwrap());
        let listed = world.get("auditor", &listed).want(200);
        assert_eq!(listed["items"][0]["id"], made["id"]);
        world.seal();
        let events = world.all("auditor", "/v1/events?kind=attachment.added");
        assert_eq!((events.len(), &events[0]["data"]["digest"]), (1, &made["digest"]));
        assert!(!events[0].to_string().contains("合同"));
    });
}

#[test]
fn an_erasure_takes_drafts_and_files() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        // a draft that says nothing of its customer may be about anybody
        let nobody = json!({"kind": "invoice", "body": {"text": "给王小姐"}});
        let nobody = world.post("clerk", "/v1/drafts", &nobody).want(201)["id"].as_str().unwrap().to_owned();
        let hers = json!({"kind": "invoice", "body": invoice("C1", "100")});
        let hers = world.post("clerk", "/v1/drafts", &hers).want(201)["id"].as_str().unwrap().to_owned();
        let file = |draft: &str| {
            world.upload("clerk", &format!("/v1/attachments?file_name=x.pdf&draft={draft}"), PDF).want(201)
        };
        let files = [file(&nobody), file(&hers)];
        world.post("administrator", "/v1/customers/C1/erase", &json!({})).want(200);
        for draft in [&nobody, &hers] {
            let left = world.get("auditor", &format!("/v1/drafts/{draft}")).want(200);
            assert!(left["body"].is_null(), "{left}");
            world.post("clerk", &format!("/v1/drafts/{draft}/submit"), &json!({})).refused(410, "erased");
            let listed = world.get("auditor", &format!("/v1/attachments?draft={draft}")).want(200);
            assert!(listed["items"][0]["file_name"].is_null(), "{listed}");
        }
        for file in files {
            world
                .get("auditor", &format!("/v1/attachments/{}", file["id"].as_str().unwrap()))
                .refused(410, "erased");
        }
        // what comes later is there
        customer(&world, "C2");
        let invoice = charged(&world, "clerk", "C2");
        let path =
            format!("/v1/attachments?file_name=x.pdf&document={}", invoice["number"].as_str().unwrap());
        let made = world.upload("clerk", &path, PDF).want(201);
        assert_eq!(
            world.get("auditor", &format!("/v1/attachments/{}", made["id"].as_str().unwrap())).bytes,
            PDF
        );
        world.verified();
    });
}
