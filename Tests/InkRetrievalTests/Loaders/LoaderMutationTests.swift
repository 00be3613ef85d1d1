import Foundation
import InkRetrieval
import Testing

@Suite struct LoaderMutationTests {
  /// Rounds of four damaged files for each format; `INKSTONE_MUTATIONS` asks for more.
  private static let rounds = ProcessInfo.processInfo.environment["INKSTONE_MUTATIONS"].flatMap { Int($0) } ?? 300

  private static let samples: [(String, [UInt8])] = [
    ("a.docx", storedArchive(OfficeSamples.document)), ("a.xlsx", storedArchive(OfficeSamples.workbook)),
    ("a.pptx", storedArchive(OfficeSamples.presentation)), ("a.epub", storedArchive(OfficeSamples.book)),
    (
      "a.pdf",
      PDFBuilder.pages([
        "BT /F1 12 Tf 50 700 Td (Word) Tj [(a) -300 (b)] TJ 1 0 0 1 5 5 Tm T* (x) ' ET q 1 0 0 1 0 0 cm Q"
      ]).bytes()
    ),
    ("locked.pdf", Data(base64Encoded: ProtectedPDFs.files[3].base64).map { [UInt8]($0) } ?? []),
    ("a.html", Array("<html><body><table><tr><td>a&amp;<p>b</table><ul><li>x</ul><pre>y</pre><h1>z</h1>".utf8)),
    ("a.md", Array("---\na: b\n---\n# T\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n- x\n> y\nz\n==\n".utf8)),
    ("a.json", Array("{\"a\": [1, {\"b\": \"\\u4f60\\n\"}], \"c\": -1.5e3}".utf8)),
    ("a.csv", Array("a,\"b\"\"c\"\r\n1,2\n".utf8)),
    ("a.xml", Array("<a b='c'><![CDATA[x]]><!-- y -->&#65;<d/></a>".utf8)),
    ("a.eml", Array("Subject: =?utf-8?q?a?=\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b--\n".utf8)),
    ("a.txt", Array("text 中文\r\n".utf8)),
    ("utf16.txt", [0xFF, 0xFE, 0x74, 0x00, 0x2D, 0x4E, 0x3D, 0xD8, 0x00, 0xDE]),
    ("gb18030.txt", [0xB6, 0xCB, 0xD1, 0xE2, 0xB2, 0xFA, 0xD3, 0xDA, 0x81, 0x30, 0x81, 0x30, 0x0A]),
    ("a.swift", Array("/// 水\nfunc a() {\n  print(\"b\")\n}\n\nstruct B {\n  let c = 1\n}\n".utf8)),
  ]

  @Test(
    "changed, cut and repeated bytes of every format end in a text or an error, never in a trap",
    arguments: samples.indices)
  func mutations(index: Int) throws {
    let (name, bytes) = Self.samples[index]
    let reader = DocumentReader()
    var random = RandomText(seed: UInt64(index + 1))
    var refused = 0
    func attempt(_ damaged: [UInt8]) {
      do throws(RetrievalError) {
        let text = try reader.choose(bytes, name: name).loader.extract(damaged, name: name)
        let count = text.text.utf8.count
        #expect(text.pageStarts.allSatisfy { $0 <= count })
        #expect(text.headings.allSatisfy { $0.range.upperBound <= count })
        #expect(text.blocks.allSatisfy { $0.range.upperBound <= count })
      } catch {
        refused += 1
        #expect(!error.context.isEmpty)
      }
    }
    _ = try reader.read(bytes, name: name)
    for _ in 0..<Self.rounds {
      var damaged = bytes
      for _ in 0...random.number(below: 3) {
        damaged[random.number(below: damaged.count)] = UInt8(random.number(below: 256))
      }
      attempt(damaged)
      attempt(Array(bytes.prefix(random.number(below: bytes.count))))
      let start = random.number(below: bytes.count)
      attempt(bytes + bytes[start...])
      damaged = bytes
      damaged.removeSubrange(start..<min(bytes.count, start + 1 + random.number(below: 8)))
      attempt(damaged)
    }
    // Formats with a structure refuse some; texts take anything that is text.
    #expect(refused < 4 * Self.rounds)
  }
}
