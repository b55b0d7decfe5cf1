use super::*;

#[test]
fn each_output_is_answered_once_in_its_kind_and_nothing_else() {
    let requested = [
        Requested { name: "statement", media_type: DOCUMENT_MEDIA_TYPE },
        Requested { name: "data.csv", media_type: "text/csv" },
    ];
    let csv = || Artefact { media_type: "text/csv".into(), ..artefact("data.csv", Content::Bytes(vec![1])) };
    let statement = || artefact("statement", Content::Document(document()));
    let answered = |artefacts| super::super::accept(&model(), &requested, &layout_of(artefacts));
    assert_eq!(answered(vec![statement(), csv()]), Ok(()));
    assert_eq!(answered(vec![csv(), statement()]), Ok(()));
    let missing = |name: &str, media_type: &str| LayoutError::Unanswered {
        name: name.into(),
        media_type: media_type.into(),
    };
    assert_eq!(answered(vec![statement()]), Err(missing("data.csv", "text/csv")));
    assert_eq!(answered(vec![]), Err(missing("statement", DOCUMENT_MEDIA_TYPE)));
    let more = |artefact: Artefact| {
        let (name, media_type) = (artefact.name.clone(), artefact.media_type.clone());
        let error = LayoutError::Unrequested { artefact: name, media_type };
        assert_eq!(answered(vec![statement(), csv(), artefact]), Err(error));
    };
    // invented figures in bytes, under another name or as another type of the same
    more(Artefact {
        media_type: "application/pdf".into(),
        ..artefact("statement.pdf", Content::Bytes(vec![1]))
    });
    more(Artefact { name: "second".into(), ..statement() });
    let alone =
        Artefact { media_type: "application/pdf".into(), ..artefact("statement", Content::Bytes(vec![1])) };
    assert!(matches!(answered(vec![alone, csv()]), Err(LayoutError::Unrequested { .. })));
    // bytes that call themselves a document, a document that calls itself bytes
    let bytes =
        Artefact { media_type: DOCUMENT_MEDIA_TYPE.into(), ..artefact("statement", Content::Bytes(vec![1])) };
    let kind = |artefact: &str, media_type: &str, expected, found| LayoutError::Kind {
        artefact: artefact.into(),
        media_type: media_type.into(),
        expected,
        found,
    };
    let error = kind("statement", DOCUMENT_MEDIA_TYPE, "a document", "bytes");
    assert_eq!(answered(vec![bytes, csv()]), Err(error));
    let text = Artefact { content: Content::Document(document()), ..csv() };
    let error = kind("data.csv", "text/csv", "bytes", "a document");
    assert_eq!(answered(vec![statement(), text]), Err(error));
    // only bytes, as asked: nothing shows a figure that was checked
    let only = super::super::accept(&model(), &requested[1..], &layout_of(vec![csv()]));
    assert_eq!(only, Err(LayoutError::Empty));
}

#[test]
fn prose_holds_cited_figures_and_hides_none_in_its_seams() {
    let paragraph = |parts: Vec<Value>| {
        let mut document = document();
        document.blocks[1] = Block::Paragraph { parts, style: TextStyle::Normal, align: Align::Start };
        accept(&model(), &of(document))
    };
    let closing = || cny(123_456, "/sections/0/closing");
    assert_eq!(paragraph(vec![text("截至 2026-11-30 贵公司欠款 "), closing(), text(" 元。")]), Ok(()));
    assert_eq!(paragraph(vec![]), Ok(()));
    let wrong = paragraph(vec![text("欠款 "), cny(123_457, "/sections/0/closing")]);
    assert!(matches!(wrong, Err(LayoutError::Amount { .. })), "{wrong:?}");
    for hidden in [
        vec![text("欠款 77"), text(".88")],
        vec![text("欠款 77"), Value::Empty, text(".88")],
        vec![Value::Number(Decimal::from(1)), text(",777.88")],
        vec![text("欠款 1"), Value::Number(Decimal::from(13)), text(" 元")],
    ] {
        let refused = paragraph(hidden.clone());
        assert!(matches!(refused, Err(LayoutError::FreeText { .. })), "{hidden:?}");
    }
    let many = |parts| paragraph(vec![Value::Empty; parts]);
    assert_eq!(many(PARTS_COUNT_MAX), Ok(()));
    assert!(matches!(
        many(PARTS_COUNT_MAX + 1),
        Err(LayoutError::TooMany { what: "parts of a paragraph", .. })
    ));
}

#[test]
fn whole_numbers_that_read_like_money_are_the_models() {
    for bad in
        ["请付 147738 元", "¥99999999", "JPY 99999", "999", "147738", "壹拾肆万柒仟柒佰叁拾捌元整", "5 万元"]
    {
        let refused = with_value(text(bad));
        assert!(matches!(refused, Err(LayoutError::FreeText { .. })), "{bad}: {refused:?}");
    }
    // the model's own: a document number's digits, an account, days, amounts without their zeros
    for good in ["1.25", "25", "２５", "1200", "1122", "7 元", "-7", "EUR 5", "人民币柒元整", "0"] {
        assert_eq!(with_value(text(good)), Ok(()), "{good}");
    }
}
