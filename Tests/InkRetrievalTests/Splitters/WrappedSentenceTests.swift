import InkRetrieval
import Testing

@Suite struct WrappedSentenceTests {
  @Test("a sentence goes on over the wrapped lines of an item, indented or beginning with a word in backticks")
  func wrappedItem() {
    let text = "1. One definition. There is no\n   second copy for packed weights. The target\n`Inkstone` is one.\n"
    let bytes = Array(text.utf8)
    let found = SentenceSplitter.sentences(of: text).map { String(decoding: bytes[$0], as: UTF8.self) }
    #expect(found.contains("There is no\n   second copy for packed weights."))
    #expect(found.last == "The target\n`Inkstone` is one.")
  }

  @Test("Chinese goes on over wrapped lines of an item, and the next item is another sentence")
  func wrappedChinese() {
    let text = "- 没有第二份\n  权重\n- 下一项\n"
    let bytes = Array(text.utf8)
    let found = SentenceSplitter.sentences(of: text).map { String(decoding: bytes[$0], as: UTF8.self) }
    #expect(found == ["- 没有第二份\n  权重", "- 下一项"])
  }
}
