import InkstoneCommand
import Testing

@Suite("Lines that are broken at words")
struct WrappedTextTests {
  @Test("a line that fits stays as it is, and a longer one is broken where a word ends")
  func breaking() {
    #expect(WrappedText.of("one two\n\nthree", columns: 8) == "one two\n\nthree")
    #expect(WrappedText.of("one two three four", columns: 9) == "one two\nthree\nfour")
    #expect(WrappedText.of("在这些文档中没有找到", columns: 9) == "在这些文\n档中没有\n找到")
  }

  @Test("what explains a command stays in its column")
  func hanging() {
    #expect(
      WrappedText.of("/save  write it to a file", columns: 16) == "/save  write it\n       to a file")
    #expect(WrappedText.of("/conversation  to a file", columns: 16) == "/conversation\nto a file")
  }

  @Test("no line is wider than the terminal where its words are not", arguments: [8, 11, 20, 40, 79])
  func widths(columns: Int) {
    for line in WrappedText.of(ChatCommandLine.helpText, columns: columns).split(separator: "\n") {
      let longest = line.split(separator: " ").map { DisplayWidth.columns(String($0)) }.max() ?? 0
      #expect(DisplayWidth.columns(String(line)) <= max(columns, longest))
    }
  }
}
