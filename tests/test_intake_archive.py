"""Archives: of a class, of one student, and of ill will."""

from __future__ import annotations

import io
import os
import struct
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import StaffError, SubmissionError
from grader.intake import read_student, read_submissions
from grader.intake.archive import CLASS, Caps, read_archive

if TYPE_CHECKING:
    from pathlib import Path

FUNCTIONS = ("predict", "mae")
WORK = "def predict(x, w, b):\n    return b + w * x\n"
ENCRYPTED = 0x1
LINK = 0o120777


def zipped(
    *members: tuple[str | zipfile.ZipInfo, str | bytes], method=zipfile.ZIP_DEFLATED
) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return target.getvalue()


def tarred(*members: tuple[str | tarfile.TarInfo, str], mode="w") -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=mode) as archive:
        for name, text in members:
            info = tarfile.TarInfo(name) if isinstance(name, str) else name
            info.size = len(text.encode()) if info.isreg() else 0
            archive.addfile(info, io.BytesIO(text.encode()))
    return target.getvalue()


def student(tmp_path: Path, data: bytes, name: str = "jdoe.zip"):
    path = tmp_path / name
    path.write_bytes(data)
    return read_student(path, module="loss", functions=FUNCTIONS)


def students(tmp_path: Path, data: bytes, name: str = "class.zip"):
    path = tmp_path / name
    path.write_bytes(data)
    found = read_submissions(path, module="loss", functions=FUNCTIONS)
    return {s.student: s for s in found}


def texts(submission) -> list[str]:
    return [cell.text for source in submission.candidates for cell in source.cells]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("jdoe.zip", zipped(("loss.py", WORK))),
        ("jdoe.ZIP", zipped(("loss.py", WORK), method=zipfile.ZIP_BZIP2)),
        ("jdoe.tar", tarred(("loss.py", WORK))),
        ("jdoe.tar.gz", tarred(("loss.py", WORK), mode="w:gz")),
        ("jdoe.tgz", tarred(("./loss.py", WORK), mode="w:gz")),
        ("jdoe.tar.bz2", tarred(("work/loss.py", WORK), mode="w:bz2")),
        ("jdoe.tar.xz", tarred(("loss.py", WORK), mode="w:xz")),
        ("jdoe.tar", tarred(("loss.py", WORK), mode="w:gz")),
    ],
)
def test_a_students_archive_is_read_whatever_its_kind(tmp_path, name, data):
    found = student(tmp_path, data, name)
    assert (found.student, texts(found), found.message) == ("jdoe", [WORK], None)


@pytest.mark.parametrize("make", [zipped, tarred])
def test_a_class_archive_is_like_a_class_folder(tmp_path, make):
    data = make(
        ("amy.py", WORK), ("bob/loss.py", WORK), ("bob/data.csv", "1"), ("cid/report.pdf", "x"),
        ("roster.csv", "x"), ("__MACOSX/amy.py", "x"), ("amy.ipynb", "{"),
    )  # fmt: skip
    found = students(tmp_path, data, "class.zip" if make is zipped else "class.tar")
    assert list(found) == ["amy", "bob", "cid"]
    assert texts(found["amy"]) == texts(found["bob"]) == [WORK]
    assert found["cid"].message == "there is no .py or .ipynb file, only report.pdf"


def test_a_folder_around_the_class_is_taken_off(tmp_path):
    data = zipped(("hw1/amy.py", WORK), ("hw1/bob/loss.py", WORK))
    assert list(students(tmp_path, data)) == ["amy", "bob"]


def test_an_archive_of_given_names_is_one_student(tmp_path):
    assert list(students(tmp_path, zipped(("loss.py", WORK)), "jdoe.zip")) == ["jdoe"]


def test_archives_within_a_class_are_opened_once(tmp_path):
    inner = zipped(("loss.py", WORK))
    data = zipped(("amy.zip", inner), ("bob/up.zip", inner), ("cid.zip", zipped(("x.zip", inner))))
    found = students(tmp_path, data)
    assert texts(found["amy"]) == texts(found["bob"]) == [WORK]
    assert "x.zip is an archive within an archive" in found["cid"].message


def test_a_folder_with_archives_reads_them(tmp_path):
    root = tmp_path / "jdoe"
    root.mkdir()
    (root / "a.zip").write_bytes(zipped(("loss.py", WORK)))
    (root / "b.zip").write_bytes(zipped(("notes.txt", "x")))
    found = read_student(root, module="loss", functions=FUNCTIONS)
    assert [c.file for c in found.candidates] == ["a.zip/loss.py"]


OUT = ["../evil.py", "a/../../evil.py", "/etc/evil.py", "C:/evil.py", "..\\evil.py"]


@pytest.mark.parametrize("path", OUT)
def test_a_path_that_leads_out_is_refused(tmp_path, path):
    found = student(tmp_path, zipped((path, WORK), ("loss.py", WORK)))
    assert found.candidates == ()
    assert "which leads out of it" in found.message
    assert [p.name for p in tmp_path.iterdir()] == ["jdoe.zip"]


def test_a_path_that_leads_out_of_a_tar_is_refused(tmp_path):
    found = student(tmp_path, tarred(("../evil.py", WORK)), "jdoe.tar")
    assert "which leads out of it" in found.message


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = LINK << 16
    return info


def special(name: str, kind: bytes, to: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, to
    return info


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("j.zip", zipped((link("loss.py"), "/etc/passwd")), "'loss.py' is a link"),
        ("j.tar", tarred((special("loss.py", tarfile.SYMTYPE, "/etc/passwd"), "")), "is a link"),
        ("j.tar", tarred((special("loss.py", tarfile.LNKTYPE, "../x"), "")), "is a link"),
        ("j.tar", tarred((special("loss.py", tarfile.CHRTYPE), "")), "is not an ordinary file"),
        ("j.tar", tarred((special("loss.py", tarfile.FIFOTYPE), "")), "is not an ordinary file"),
    ],
)
def test_links_and_devices_are_refused(tmp_path, name, data, said):
    found = student(tmp_path, data, name)
    assert found.candidates == ()
    assert said in found.message


def test_links_in_a_virtual_environment_do_no_harm(tmp_path):
    found = student(tmp_path, zipped((link("venv/bin/python"), "x"), ("loss.py", WORK)))
    assert texts(found) == [WORK]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(tmp_path):
    found = student(tmp_path, zipped(("loss.py", WORK), ("loss.py", "x = 1")))
    assert found.message == "jdoe.zip holds loss.py twice; which one counts cannot be told"


def test_names_that_differ_by_case_alone_are_refused(tmp_path):
    found = student(tmp_path, zipped(("loss.py", WORK), ("Loss.py", "x = 1")))
    assert found.message == ("jdoe.zip holds loss.py and Loss.py; which one counts cannot be told")


def test_students_whose_names_differ_by_case_are_two(tmp_path):
    assert list(students(tmp_path, zipped(("Amy/loss.py", WORK), ("amy/loss.py", WORK)))) == [
        "Amy",
        "amy",
    ]


def patched(data: bytes, **fields: int) -> bytes:
    """A zip whose local and central records claim something else."""
    at = data.index(b"PK\x01\x02")
    out = bytearray(data)
    if "flags" in fields:
        struct.pack_into("<H", out, at + 8, fields["flags"])
        struct.pack_into("<H", out, 6, fields["flags"])
    if "count" in fields:
        end = data.rindex(b"PK\x05\x06")
        struct.pack_into("<HH", out, end + 8, fields["count"], fields["count"])
    if "directory" in fields:
        struct.pack_into("<I", out, data.rindex(b"PK\x05\x06") + 12, fields["directory"])
    return bytes(out)


def test_an_encrypted_member_is_refused(tmp_path):
    found = student(tmp_path, patched(zipped(("loss.py", WORK)), flags=ENCRYPTED))
    assert found.message == "jdoe.zip: 'loss.py' is encrypted; hand it in without a password"


def test_a_bomb_is_refused(tmp_path):
    found = student(tmp_path, zipped(("loss.ipynb", b"0" * (20 << 20))))
    assert "unpacks to 20,971,520 bytes from" in found.message


def test_a_huge_member_that_is_not_wanted_costs_nothing(tmp_path):
    found = student(tmp_path, zipped(("data.bin", b"0" * (20 << 20)), ("loss.py", WORK)))
    assert texts(found) == [WORK]


def test_a_member_that_is_too_large_is_named(tmp_path):
    found = student(tmp_path, zipped(("loss.py", os.urandom(1 << 20) + b"x")))
    assert found.message.startswith("loss.py is 1,048,577 bytes large")


def test_a_tar_bomb_ends_while_it_is_unpacked():
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        info = tarfile.TarInfo("data.bin")
        info.size = 8 << 20
        archive.addfile(info, io.BytesIO(bytes(info.size)))
    target.seek(0)
    with pytest.raises(SubmissionError, match="unpacks to more than 4 MB"):
        read_archive(target, "jdoe.tgz", Caps(10, 4 << 20))


def test_too_many_members_are_refused():
    members = [(f"{i}.txt", "") for i in range(30)]
    for data in (zipped(*members), tarred(*members)):
        with pytest.raises(SubmissionError, match="holds more than 20 files"):
            read_archive(io.BytesIO(data), "jdoe.zip", Caps(20, 1 << 20))


def test_too_much_in_all_is_refused():
    members = [(f"{i}.py", os.urandom(1000).hex()) for i in range(10)]
    with pytest.raises(SubmissionError, match="unpacks to more than 0 MB"):
        read_archive(io.BytesIO(zipped(*members)), "jdoe.zip", Caps(20, 10_000))


@pytest.mark.parametrize("claim", [{"count": 0xFFFF}, {"directory": 0xFFFFFFF0}])
def test_a_huge_table_of_contents_is_refused_before_it_is_read(tmp_path, claim):
    found = student(tmp_path, patched(zipped(("loss.py", WORK)), **claim))
    assert "holds more than 10,000 files" in found.message


def test_a_large_honest_zip_with_long_fields_is_read(tmp_path):
    target = io.BytesIO()
    with (
        zipfile.ZipFile(target, "w") as archive,
        archive.open("loss.py", "w", force_zip64=True) as member,
    ):
        member.write(WORK.encode())
    assert texts(student(tmp_path, target.getvalue())) == [WORK]


@pytest.mark.parametrize("cut", [1, 10, 30, 60])
def test_a_zip_that_was_cut_off_is_damaged(tmp_path, cut):
    found = student(tmp_path, zipped(("loss.py", WORK))[:-cut])
    assert "jdoe.zip is damaged" in found.message


def test_a_flipped_byte_is_found(tmp_path):
    data = zipped(("loss.py", WORK), method=zipfile.ZIP_STORED).replace(b"b + w", b"b - w")
    found = student(tmp_path, data)
    assert "jdoe.zip is damaged at loss.py: Bad CRC-32" in found.message


def test_a_class_archive_goes_on_after_a_broken_member(tmp_path):
    data = zipped(
        ("amy.py", WORK), ("bob.py", WORK.replace("b +", "b  +")), method=zipfile.ZIP_STORED
    )
    data = data.replace(b"b  + w", b"b  - w")
    found = students(tmp_path, data)
    assert texts(found["amy"]) == [WORK]
    assert "damaged" in found["bob"].message


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("j.zip", b"Rar!\x1a\x07\x00", "is a 7z or RAR archive; hand in a zip"),
        ("j.zip", b"", "is damaged"),
        ("j.tar.gz", b"\x1f\x8b" + b"\0" * 20, "is damaged"),
        ("j.tar.xz", b"\xfd7zXZ\x00" + b"\0" * 20, "is damaged"),
        ("j.tar.bz2", b"BZh9" + b"\0" * 20, "is damaged"),
    ],
)
def test_what_is_no_archive_says_so(tmp_path, name, data, said):
    assert said in student(tmp_path, data, name).message


def test_a_foreign_archive_is_named(tmp_path):
    found = student(tmp_path, b"7z\xbc\xaf'\x1c", "jdoe.7z")
    assert (
        found.message == "jdoe.7z is an archive of a kind that is not opened; hand in a zip instead"
    )


def test_a_class_archive_that_cannot_be_read_is_staffs(tmp_path):
    with pytest.raises(StaffError, match=r"class\.zip is damaged"):
        students(tmp_path, b"nothing")
    with pytest.raises(StaffError, match="cannot be read"):
        read_submissions(tmp_path / "no.zip", module="loss", functions=FUNCTIONS)


@given(
    st.binary(max_size=200), st.sampled_from([b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b""])
)
def test_any_bytes_are_an_archive_or_a_message(data, head):
    try:
        read_archive(io.BytesIO(head + data), "a.zip", CLASS)
    except SubmissionError as error:
        assert "a.zip" in str(error)


def test_a_member_without_a_name_is_passed_over():
    whole = zipped(("loss.py", WORK), ("?", "y")).replace(b"?", b"\0")
    assert list(read_archive(io.BytesIO(whole), "a.zip", CLASS).files) == [("loss.py",)]


@given(st.data())
def test_any_damage_to_a_zip_is_a_message_or_harmless(data):
    good = bytearray(zipped(("loss.py", WORK), ("a/b.ipynb", "{}")))
    at = data.draw(st.integers(0, len(good) - 1))
    good[at] = data.draw(st.integers(0, 255))
    try:
        read_archive(io.BytesIO(bytes(good)), "a.zip", CLASS)
    except SubmissionError as error:
        assert "a.zip" in str(error)


@given(st.data())
def test_any_damage_to_a_tar_is_a_message_or_harmless(data):
    good = bytearray(tarred(("loss.py", WORK), ("a/b.ipynb", "{}")))
    at = data.draw(st.integers(0, 1023))
    good[at] = data.draw(st.integers(0, 255))
    try:
        read_archive(io.BytesIO(bytes(good)), "a.tar", CLASS)
    except SubmissionError as error:
        assert "a.tar" in str(error)
