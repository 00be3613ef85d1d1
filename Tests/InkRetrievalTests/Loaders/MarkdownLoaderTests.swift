import InkRetrieval
import Testing

@Suite struct MarkdownLoaderTests {
  private static let text = """
    ---
    title: "A guide"
    author: Li
    ---

    The Title
    =========

    Words with `code`.

    ## A [link](http://x) and *stress* ##

    ```swift
    # not a heading

    let x = 1
    ```

    | a | b |
    |---|---|
    | 1 | 2 |

    - one
    - two
      more

    C#
    --
    > said
    """

  @Test("headings, code, tables, lists and front matter are found where they stand")
  func structure() throws {
    let document = try MarkdownLoader().extract(Array(Self.text.utf8), name: "a.md")
    let bytes = Array(Self.text.utf8)
    func at(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    #expect(document.text == Self.text)
    #expect(document.title == "A guide")
    #expect(document.metadata["author"] == "Li")
    #expect(document.headings.map(\.title) == ["The Title", "A link and stress", "C#"])
    #expect(document.headings.map(\.level) == [1, 2, 2])
    #expect(at(document.headings[1].range) == "## A [link](http://x) and *stress* ##")
    let kinds = Dictionary(grouping: document.blocks, by: \.kind).mapValues { $0.map { at($0.range) } }
    #expect(kinds[.code] == ["```swift\n# not a heading\n\nlet x = 1\n```"])
    #expect(kinds[.table] == ["| a | b |\n|---|---|\n| 1 | 2 |"])
    #expect(kinds[.tableRow] == ["| a | b |\n|---|---|", "| 1 | 2 |"])
    #expect(kinds[.list] == ["- one\n- two\n  more"])
    #expect(kinds[.quote] == ["> said"])
  }
}
