"""The part of verify_selftest.py about disputes, exceptions, settled lines of banks, undoings and returns that name a line: a sound export of them holds, and each kind of tampering is named. Standard library only."""
from verify_fixture import A, ABOUT, B, ident, manifest, salt_of, sha

AT, BY, KEY, BOSS = "2026-10-01T00:00:00.000000Z", "usr_" + "1" * 32, "tok_" + "1" * 32, "usr_" + "2" * 32
THIRD, FOURTH = "usr_" + "3" * 32, "usr_" + "4" * 32


def committed(ref, raw):
    return sha(bytes.fromhex(salt_of(ref)) + raw)


def dispute_events(*events, by=BY):
    """(opened or resolved, number of the dispute, what else the event says): what the chain has of them."""
    for n, (kind, name, data) in enumerate(events, 20):
        words = {"opened": "价格不符", "resolved": "已说明"}[kind]
        base = {"item": ident("item", 1), "on": "2026-11-05", "words": committed(ident("evt", n), words.encode())}
        more = {"customer": A, "amount": "100.00", "currency": "CNY", "reason": "price"} if kind == "opened" else {"outcome": "rejected"}
        yield n, {"kind": f"dispute.{kind}", "subject": ident("dsp", name), "actor": by, "data": {**base, **more, **data}}, words


def disputes(*events, by=BY):
    """Adds disputes with their lines, as the events have them."""
    def change(book):
        rows = {}
        for n, said, words in dispute_events(*events, by=by):
            event, d = {**book.event(n), **said}, said["data"]
            book.sealed.append(("event", event))
            done = {"by": BY, "at": AT, "event": event["id"], "on": d["on"]}
            row = rows.setdefault(said["subject"], {"id": said["subject"], "state": "open", "answer": None, "answer_salt": None, **{f"resolved_{k}": None for k in done}})
            verb, text = said["kind"].removeprefix("dispute."), "answer" if "outcome" in d else "text"
            row.update({f"{verb}_{k}": v for k, v in done.items()})
            row.update({text: words if d["words"] else None, f"{text}_salt": salt_of(event["id"]) if d["words"] else None})
            row.update({k: d[k] for k in ("item", "customer", "amount", "currency", "reason") if k in d} | ({"state": d["outcome"]} if "outcome" in d else {}))
        book.disputes = list(rows.values())
    return change


def exceptions(by=BOSS, person=BY, submitted=True, **data):
    """Adds a draft that was submitted, an exception for it, and its approval by that."""
    def change(book):
        draft, granted, reason = ident("dft", 1), ident("evt", 31), '[["reason","无人可代"]]'.encode()
        told = {"rule": "separation-of-duties", "customer": A, "person": person, "granted_by": BOSS, "first_period": "2026-11", "last_period": "2026-11", "reason": committed(granted, reason)}
        acts = [(30, "draft.submitted", BY, {"effective_date": "2026-11-30", "exception": False, "person": BY})] if submitted else []
        acts += [(31, "exception.made", by, {**told, **data}), (32, "draft.approved", BY, {"effective_date": "2026-11-30", "exception": True, "person": BY})]
        book.sealed += [("event", {**book.event(n), "kind": kind, "subject": draft, "actor": actor, "data": said}) for n, kind, actor, said in acts]
        book.exceptions = [{**{k: v for k, v in {**told, **data}.items() if k != "rule"}, "id": granted, "subject": draft, "granted_at": AT, "reason": "无人可代", "salt": salt_of(granted)}]
    return change


def people(*events):
    """Adds users who are made (a third one by the second, the second by the first), and what else is said of them."""
    def change(book):
        made = [("created", THIRD, BOSS, {"roles": ["reviewer"], "behind": BOSS}), ("created", BOSS, BY, {"roles": ["administrator"], "behind": BY})]
        book.sealed += [("event", {**book.event(n), "kind": f"user.{kind}", "subject": subject, "actor": actor, "data": data}) for n, (kind, subject, actor, data) in enumerate([*made, *events], 40)]
    return change


def confirmed(subject, person, actor=None):
    return ("confirmed", subject, actor or person, {"behind": None, "person": person})


def also(first, then):
    def change(book):
        first(book)
        then(book)
    return change


def settled(status, *events):
    """(kind, subject, data) of events about the bank's line, which stands as `status`."""
    def change(book):
        book.sealed += [("event", {**book.event(n), "kind": kind, "subject": subject, "data": data}) for n, (kind, subject, data) in enumerate(events, 40)]
        book.bank_lines[0].update(status=status, remaining="0.00" if status == "posted" else "5.00")
    return change


OPENED, RESOLVED = ("opened", 1, {}), ("resolved", 1, {})
both = also(disputes(OPENED, RESOLVED), exceptions())


def corrections(*names):
    """Names that the company had one after the other; the export has the last."""
    def change(book):
        for n, (was, now) in enumerate(zip(names, names[1:]), 40):
            book.sealed.append(("event", {**book.event(n), "kind": "company.changed", "data": {"before": {"name": was}, "after": {"name": now}}}))
    return change


class ControlCases:
    def test_the_company_is_what_its_corrections_left(self):
        now = ABOUT["name"]
        for sound in ((now,), ("旧名", now), ("旧名", "别名", now)): self.sound(corrections(*sound))
        self.broken(corrections(now, "别名"), "export.json", "about, by the events", "别名")
        self.broken(also(corrections("旧名", "别名"), lambda book: book.sealed.append(("event", {**book.event(50), "kind": "company.changed", "data": {"before": {"name": "旧名"}, "after": {"name": now}}}))), "the correction before left", "别名")

    def test_the_company_is_what_it_was_made_as_until_it_is_corrected(self):
        def made(country, *changes, currency="CNY"):
            said = [("company.created", {"code": "demo", "base_currency": currency, "about": {"country": country}}), *(("company.changed", {"before": {"country": was}, "after": {"country": now}}) for was, now in changes)]
            return lambda book: book.sealed.extend(("event", {**book.event(n), "kind": kind, "data": data}) for n, (kind, data) in enumerate(said, 40))

        now = ABOUT["country"]
        for sound in (made(now), made("XX", ("XX", now))): self.sound(sound)
        self.broken(made("XX"), "export.json", "about, by the events", "XX")
        self.broken(made("XX", ("YY", now)), "the correction before left", "YY")
        self.broken(made(now, currency="EUR"), "(code, base_currency) of export.json", "EUR")

    def test_a_file_goes_with_what_the_event_names_that_added_it(self):
        def moved(book):
            book.attach(1, b"%PDF-1.7", document=ident("doc", 2))
            _, added = book.sealed[-1]
            book.sealed[-1] = ("event", {**added, "data": {**added["data"], "document": ident("doc", 1)}})

        self.broken(moved, f"{ident('att', 1)} in the event that added it", ident("doc", 2))

    def test_one_dispute_of_an_item_at_a_time_is_resolved_once(self):
        once, over = OPENED, RESOLVED
        for sound in ((once,), (once, over), (once, over, ("opened", 2, {})), (("opened", 1, {"words": None}),)):
            self.sound(disputes(*sound))
        self.sound(disputes(once, over, by=KEY))
        self.sound(disputes(("opened", 1, {"person": BY}), by=KEY))
        self.broken(disputes(("opened", 1, {"person": BOSS}), by=KEY), "disputes.ndjson:1", BOSS)
        for events, words in (((once, ("opened", 2, {})), "disputed twice"), ((once, over, over), "was not open"), ((("opened", 1, {"amount": "113.01"}),), "113.01 of"), ((("opened", 1, {"customer": B}),), "(customer, currency, side)"), ((once, ("resolved", 1, {"on": "2026-11-04"})), "was not open")):
            self.broken(disputes(*events), words)

    def test_disputes_are_what_their_events_say(self):
        sound = disputes(OPENED, RESOLVED)
        for member, value in (("amount", "99.00"), ("reason", "quality"), ("state", "accepted"), ("opened_on", "2026-11-04"), ("opened_by", BOSS), ("resolved_by", BOSS), ("resolved_at", "2026-10-02T00:00:00.000000Z"), ("opened_event", ident("evt", 21)), ("customer", B)):
            self.broken(also(sound, lambda book: book.disputes[0].update({member: value})), "disputes.ndjson:1", "says", str(value))
        self.broken(also(sound, lambda book: book.disputes[0].update(text="别的")), "disputes.ndjson:1", "commits to")
        self.broken(also(sound, lambda book: book.disputes[0].update(answer=None)), "disputes.ndjson:1", "are there")
        self.broken(also(sound, lambda book: book.disputes.clear()), "has no line in disputes.ndjson", ident("dsp", 1))
        self.broken(also(sound, lambda book: book.disputes.append({**book.disputes[0], "id": ident("dsp", 9)})), "no event opened", ident("dsp", 9))
        self.broken(also(disputes(OPENED), lambda book: book.disputes[0].update(state="accepted")), "disputes.ndjson:1", "no event resolved")

    def test_exceptions_are_what_their_events_say(self):
        sound = exceptions()
        self.sound(sound)
        self.sound(exceptions(by=KEY))
        for member, value in (("subject", ident("dft", 2)), ("person", BOSS), ("granted_by", BY), ("granted_at", "2026-10-02T00:00:00.000000Z"), ("customer", B), ("first_period", "2026-10"), ("last_period", None)):
            self.broken(also(sound, lambda book: book.exceptions[0].update({member: value})), "exceptions.ndjson:1", "says", str(value))
        self.broken(also(sound, lambda book: book.exceptions[0].update(reason="别的")), "exceptions.ndjson:1", "commits to")
        self.broken(also(sound, lambda book: book.exceptions[0].update(salt=None)), "exceptions.ndjson:1", "are there")
        self.broken(also(sound, lambda book: book.exceptions.clear()), "has no line in exceptions.ndjson", ident("evt", 31))
        self.broken(also(sound, lambda book: book.exceptions.append({**book.exceptions[0], "id": ident("evt", 99)})), "no event granted", ident("evt", 99))
        self.broken(exceptions(person=BOSS), "granted herself")
        self.broken(exceptions(first_period="2026-10"), "month of", "2026-10")
        # by an exception for somebody else
        self.broken(exceptions(person="usr_" + "3" * 32), "by an exception that nobody granted", ident("dft", 1))

    def test_a_user_is_confirmed_by_another_than_who_stands_behind_her(self):
        reset = ("password-set", FOURTH, BY, {"behind": BY})
        for events in ((), (confirmed(THIRD, FOURTH),), (confirmed(THIRD, "system"),), (confirmed(THIRD, FOURTH, actor=KEY),), (confirmed(BOSS, FOURTH), confirmed(THIRD, BY)), (reset, confirmed(FOURTH, "system"), confirmed(THIRD, FOURTH))):
            self.sound(people(*events))
        for person in (THIRD, BOSS, BY):
            self.broken(people(confirmed(THIRD, person)), f"{person} confirms {THIRD}")
        # one of whom somebody stands behind her too
        self.broken(people(reset, confirmed(THIRD, FOURTH)), f"{FOURTH} confirms {THIRD}")
        self.broken(people(confirmed(THIRD, FOURTH, actor=BY)), "who confirmed")

    def test_the_operator_alone_releases_whom_earlier_rules_bind(self):
        def released(actor):
            data = {"rules": [], "kept": [], "person": BY, "reason": "mistake"}
            return lambda book: book.sealed.append(("event", {**book.event(40), "kind": "approval-rules.released", "actor": actor, "data": data}))

        self.sound(released("system"))
        self.broken(released(BOSS), f"{BOSS} releases {BY}")

    def test_a_flipped_byte_of_a_control_is_found_without_the_manifest(self):
        folder = self.sound(both)
        for name in ("disputes.ndjson", "exceptions.ndjson"):
            data = (folder / name).read_bytes()
            for at in range(0, len(data), 3):
                (folder / name).write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
                manifest(folder)
                self.assertFalse(self.judge(folder)[0], f"{name} byte {at}: {data[max(0, at - 20):at + 20]!r}")
            (folder / name).write_bytes(data)

    def test_a_bank_line_is_settled_by_one_thing_that_stands(self):
        line, proposal, move, bill = ident("bl", 1), ident("prp", 1), ident("bmv", 1), ident("bill", 1)
        receipt, undone = ("receipt.posted", ident("doc", 90), {"bank_line": line, "proposal": proposal}), ("proposal.undone", proposal, {})
        moved, joined = ("bank-move.posted", move, {"from_line": None, "to_line": line}), ("bank-move.joined", move, {"bank_line": line})
        back = ("bank-move.undone", ident("bmv", 2), {"from_line": None, "to_line": line, "reverses": move})
        paid, unpaid = ("bill.paid", bill, {"n": 2, "bank_line": line, "undoes": None}), ("bill.undone", bill, {"n": 3, "bank_line": None, "undoes": 2})
        out, restored = ("suspense.cleared", ident("sus", 1), {"bank_line": line, "move": "smv_1"}), ("suspense.restored", ident("sus", 1), {"reverses": "smv_1"})
        for done, taken_back in ((receipt, undone), (moved, back), (paid, unpaid), (out, restored), ((joined[0], move, joined[2]), back)):
            self.sound(settled("posted", done))
            self.sound(settled("open", done, taken_back))
            self.broken(settled("open", done), "bank_lines.ndjson:1", "is settled, what is left of it", "expected (True,")
            self.broken(settled("posted", done, taken_back), "bank_lines.ndjson:1", "expected (False,")
        self.sound(settled("posted", receipt, undone, paid))
        # one approval may post two things of a line
        self.sound(settled("posted", receipt, ("suspense.posted", ident("sus", 2), receipt[2])))
        self.broken(settled("posted", receipt, moved), "bank_lines.ndjson:1", "settled twice")
        self.broken(settled("posted"), "bank_lines.ndjson:1", "expected (False,")
        self.broken(also(settled("posted", receipt), lambda book: book.bank_lines[0].update(remaining="5.00")), "bank_lines.ndjson:1", "what is left of it")
        self.broken(also(settled("posted", receipt), lambda book: book.bank_lines.clear()), "bank_lines.ndjson", "missing", line)

    def test_nobody_approves_twice_that_a_proposal_is_undone(self):
        line, proposal = ident("bl", 1), ident("prp", 1)

        def asked(*acts, actor=None):
            done = settled("posted", ("receipt.posted", ident("doc", 90), {"bank_line": line, "proposal": proposal}))

            def change(book):
                book.sealed += [("event", {**book.event(n), "actor": actor or who, "kind": "proposal.undo-approved", "subject": proposal, "data": {"person": who, "date": day}}) for n, (who, day) in enumerate(acts, 50)]
            return also(done, change)

        for acts in (((BY, None),), ((BY, None), (BOSS, None)), ((BY, "2026-11-25"), (BY, "2026-11-26")), ((BY, None), (BOSS, "2026-11-26"), (BY, "2026-11-26"))):
            self.sound(asked(*acts))
        self.sound(asked((BY, None), actor=KEY))
        self.broken(asked((BY, None), (BY, None)), "approves twice", BY, proposal)
        self.broken(asked((BY, "2026-11-25"), (BOSS, "2026-11-26"), (BOSS, "2026-11-26")), "approves twice", BOSS)
        self.broken(asked((BY, None), actor=BOSS), "who approves", BY)

    def test_what_came_back_of_a_line_is_credited_to_that_line(self):
        def returned(document=1, line=1, by=5):
            def change(book):
                book.documents[4][0]["lines"][0]["original_line"] = 1
                book.link["document"] = ident("doc", by)
                events = list(book.recorded())
                events[0]["data"]["returned"] = [{"line": 1, "document": ident("doc", document), "document_line": line}]
                book.carried[ident("ent", 2)] = events
            return change

        self.sound(returned())
        for other in ({"document": 2}, {"line": 2}, {"by": 1}):
            self.broken(returned(**other), "documents.ndjson", "takes back of what came back")

    def test_of_who_was_erased_no_words_are_left(self):
        def erased(left=None):
            def change(book):
                also(disputes(OPENED), exceptions())(book)
                book.erased_customers = {A}
                book.disputes[0].update(text=left, text_salt=None)
                book.exceptions[0].update(reason=None, salt=None)
            return change

        self.sound(erased())
        self.broken(erased("价格不符"), "disputes.ndjson:1", "are there")
        # who is there has hers
        self.broken(also(erased(), lambda book: book.erased_customers.clear()), "disputes.ndjson:1", "are there")
