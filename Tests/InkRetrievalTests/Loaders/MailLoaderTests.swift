import InkRetrieval
import Testing

@Suite struct MailLoaderTests {
  private static let message = """
    From: =?utf-8?B?5p2O?= <li@example.org>
    Subject: =?utf-8?q?Caf=C3=A9?= =?utf-8?q?_now?=
    Date: Mon, 1 Jan 2024 10:00:00 +0800
    Content-Type: multipart/mixed; boundary="x y"

    preamble
    --x y
    Content-Type: multipart/alternative; boundary=inner

    --inner
    Content-Type: text/plain; charset=gbk
    Content-Transfer-Encoding: base64

    xOO6ww==
    --inner
    Content-Type: text/html

    <p>not this</p>
    --inner--
    --x y
    Content-Type: text/html; charset=utf-8
    Content-Transfer-Encoding: quoted-printable

    <p>a =3D=
     b</p>
    --x y
    Content-Type: application/pdf; name=a.pdf
    Content-Disposition: attachment; filename="a.pdf"

    AAAA
    --x y--
    """

  @Test("headers, parts and their encodings are read, attachments are named")
  func message() throws {
    let document = try MailLoader().extract(Array(Self.message.utf8), name: "a.eml")
    #expect(
      document.text == """
        Subject: Café now
        From: 李 <li@example.org>
        Date: Mon, 1 Jan 2024 10:00:00 +0800

        你好

        a = b
        """)
    #expect(document.title == "Café now")
    #expect(document.warnings == ["The attachment a.pdf was not read."])
  }

  @Test("parts in parts without end are left out with a warning")
  func depth() throws {
    let deep = (100..<300).map { "Content-Type: multipart/mixed; boundary=b\($0)\n\n--b\($0)\n" }.joined() + "\n\nend"
    let document = try MailLoader().extract(Array(("Subject: x\n" + deep).utf8), name: "a.eml")
    #expect(document.warnings.count == 1)
  }
}
