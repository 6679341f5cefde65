"""Service fingerprints: the answers come back byte for byte, and nothing from where they were cut."""

from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import nmap_fingerprint
from scanner.protocols.nmap_fingerprint import MAX_CHARACTERS, MAX_REPLIES, Reply

HEAD = "SF-Port554-TCP:V=7.93%I=7%D=11/22%Time=6B02BA4E%P=x86_64-pc-linux-gnu"
# nmap 7.93 of a recorder of the virtual LAN.
CHALLENGE = (
    HEAD + r'%r(RTSPRequest,8B,"RTSP/1\.0\x20401\x20Unauthorized\r\nCSeq:\x200\r\nWWW-Authenticate:\x20Digest'
    r"\x20realm=\"Login\x20to\x205L034FAPAZA0E31\",\x20nonce=\"e1db55bf91821ceb8ab5f9fd65de03f9\"\r\n\r\n"
    '");'
)
PAGE = r"HTTP/1\.1\x20200\x20OK\r\nServer:\x20DNVRS-Webs\r\n\r\n<title>NVR</title><script\x20src=\"a\.js\">"


def values(fingerprint: str, port: int = 0) -> list[tuple[Field, str]]:
    return [(fact.field, fact.value) for fact in nmap_fingerprint.read(fingerprint, port)]


def reply(quoted: str, probe: str = "GetRequest", length: int | None = None) -> str:
    size = len(next(nmap_fingerprint.replies(f'%r(X,0,"{quoted}")')).data) if length is None else length
    return f'{HEAD}%r({probe},{size:X},"{quoted}");'


def test_an_rtsp_challenge_is_read_as_if_it_had_been_asked_for_here() -> None:
    told = dict(values(CHALLENGE))

    assert told[Field.RTSP_REALM] == "Login to 5L034FAPAZA0E31"
    assert told[Field.RTSP_HEAD].startswith("RTSP/1.0 401 Unauthorized\nCSeq: 0\n")


def test_the_proof_is_what_the_device_sent() -> None:
    (answer,) = nmap_fingerprint.replies(CHALLENGE)

    assert (answer.probe, answer.is_whole, len(answer.data)) == ("RTSPRequest", True, 0x8B)
    assert answer.data.endswith(b'nonce="e1db55bf91821ceb8ab5f9fd65de03f9"\r\n\r\n')


def test_every_escape_of_nmap_is_taken_back() -> None:
    # service_scan.cc: \0 unless a digit follows, \xHH for the rest, a backslash before signs of PCRE.
    quoted = r"\0\x001\xff\xef\r\n\t\\x41\"\(\)\[\]\.\*\+\$\^\|\?\x20"

    assert list(nmap_fingerprint.replies(f'%r(NULL,19,"{quoted}")')) == [
        Reply("NULL", b'\0\x001\xff\xef\r\n\t\\x41"()[].*+$^|? ', is_whole=True)
    ]


def test_several_questions_with_one_answer_tell_it_once() -> None:
    twice = reply(PAGE).removesuffix(";") + reply(PAGE, "HTTPOptions").removeprefix(HEAD)

    assert [answer.probe for answer in nmap_fingerprint.replies(twice)] == ["GetRequest"]
    assert values(twice).count((Field.HTTP_SERVER, "DNVRS-Webs")) == 1


def test_a_header_that_was_cut_off_is_no_fact() -> None:
    whole = values(reply(r"HTTP/1\.1\x20200\x20OK\r\nVia:\x20x\r\nServer:\x20DNVRS-Webs"))
    cut = values(reply(r"HTTP/1\.1\x20200\x20OK\r\nVia:\x20x\r\nServer:\x20DNVRS", length=900))

    assert (Field.HTTP_SERVER, "DNVRS-Webs") in whole
    assert [name for name, _ in cut] == [Field.HTTP_HEAD, Field.HTTP_STATUS, Field.HTTP_NAMES]


def test_a_title_that_was_cut_off_is_no_fact() -> None:
    assert (Field.HTML_TITLE, "NVR") in values(reply(PAGE, length=2000))

    cut = values(reply(PAGE.partition("VR</title>")[0], length=2000))
    assert (Field.HTTP_SERVER, "DNVRS-Webs") in cut
    assert Field.HTML_TITLE not in [name for name, _ in cut]


def test_a_service_that_speaks_first_has_said_its_greeting() -> None:
    greeting = r"220\x20\x20FTP\x20server\x20ready\.\r\n"

    assert values(reply(greeting, "NULL"), 21) == [(Field.FTP_BANNER, "220  FTP server ready.")]
    # To a question it is an answer, and not what it says unasked.
    assert values(reply(greeting, "GenericLines"), 21) == []


def test_foreign_text_holds_no_answers() -> None:
    for text in ("", HEAD, "%r(", '%r(GetRequest,ZZ,"x")', '%r(GetRequest,5,"HTTP', 'r(GetRequest,1,"a")'):
        assert values(text) == []


def test_a_fingerprint_without_end_is_read_up_to_the_cap() -> None:
    many = "".join(f'%r(P{number},2,"{number:04}")' for number in range(10_000))

    assert len(list(nmap_fingerprint.replies(many))) == MAX_REPLIES
    assert list(nmap_fingerprint.replies("a" * MAX_CHARACTERS + '%r(P,1,"a")')) == []
    assert list(nmap_fingerprint.replies('%r(P,1,"' + "\\" * 2 * MAX_CHARACTERS)) == []


@given(st.text(max_size=300))
def test_any_answer_is_read_without_complaint(quoted: str) -> None:
    assert isinstance(values(f'%r(NULL,10,"{quoted}")'), list)
