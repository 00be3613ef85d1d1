import InkRetrieval
import Testing

@Suite struct ExtractedTextTests {
  @Test("a byte lies on the page that began last before it")
  func pages() {
    let text = ExtractedText("abcdef", pageStarts: [0, 2, 4])
    #expect((0..<6).map { text.page(at: $0) } == [1, 1, 2, 2, 3, 3])
    #expect(ExtractedText("abc").page(at: 1) == nil)
  }
}
